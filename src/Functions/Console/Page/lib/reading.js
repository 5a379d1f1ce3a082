// What is read again and again: one read at a time, only while somebody sees the page, and the less often the longer it takes.
const hintMs = 1_000;
const share = 10;
const mostMs = 300_000;

export class Reading {
  #stop = new AbortController();
  #timer;
  #running = false;
  #hinted = false;
  #free = 0;

  /** `read` answers after how many ms to read again, or nothing for never. It does not throw. */
  constructor(read, { page = document, now = () => performance.now() } = {}) {
    Object.assign(this, { read, page, now });
    page.addEventListener("visibilitychange", () => this.again(), { signal: this.#stop.signal });
    this.again();
  }

  /** Reads now, as for somebody who asks or has come back; who does not see the page is not read for. */
  async again() {
    clearTimeout(this.#timer);
    if (this.#running) this.#hinted = true;
    if (this.#running || this.#rests) return;
    [this.#running, this.#hinted] = [true, false];
    const began = this.now();
    const wait = await this.read(this.#stop.signal);
    this.#running = false;
    this.#free = this.now() + Math.min(mostMs, Math.max(hintMs, share * (this.now() - began)));
    if (wait === undefined) this.stop();
    else this.#plan(this.#hinted ? 0 : wait);
  }

  /** Something has changed: it is read soon, and after a read that is under way, which may not have seen it. */
  hint() {
    if (this.#running) this.#hinted = true;
    else this.#plan(0);
  }

  stop() {
    this.#stop.abort();
    clearTimeout(this.#timer);
  }

  get #rests() { return this.page.hidden || this.#stop.signal.aborted; }

  #plan(ms) {
    clearTimeout(this.#timer);
    if (!this.#rests) this.#timer = setTimeout(() => this.again(), Math.max(ms, this.#free - this.now()));
  }
}
