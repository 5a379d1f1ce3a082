// The live stream: the JSON protocol of SignalR over one WebSocket, as far as a client needs it that only listens. When the stream ends it
// says so, and comes back by itself; screens read what is true from the API meanwhile.
const end = "\u001e";
const pingMs = 15_000;
const silentMs = 30_000;
const openMs = 10_000;
const heldMs = 10_000;
const waitsMs = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000];

/** One stream. `negotiate` answers { url, accessToken, renewWithinMs }; the rest is the browser's, or a test's. */
export class Live {
  status = { state: "off" };
  #listeners = new Set();
  #watchers = new Set();
  #timers = new Map();
  #tries = 0;
  #socket = null;
  #round = 0;

  constructor(negotiate, { socket = (url) => new WebSocket(url), random = Math.random, now = Date.now } = {}) {
    Object.assign(this, { negotiate, open: socket, random, now });
  }

  /** Hears batches of transitions; { dropped } stands for those that were left out. */
  subscribe(listener) { this.#listeners.add(listener); return () => this.#listeners.delete(listener); }

  /** Hears how the stream is. */
  watch(watcher) { this.#watchers.add(watcher); return () => this.#watchers.delete(watcher); }

  /** Hears when it comes into a state, and when it leaves it. */
  turns(state, hear) {
    let there = this.status.state === state;
    return this.watch((status) => {
      if ((status.state === state) === there) return;
      there = !there;
      hear();
    });
  }

  start() { if (this.status.state === "off") this.#connect(); }

  stop() {
    this.#close();
    this.#set({ state: "off" });
  }

  /** Tries at once, as when the machine is on the network again. */
  hurry() { if (this.status.state === "interrupted") this.#connect(); }

  async #connect() {
    this.#close();
    const round = this.#round;
    // The status stays "interrupted" until the stream is back: nobody is served by one that flickers.
    if (this.status.state !== "interrupted") this.#set({ state: "connecting" });
    try {
      const invitation = await this.negotiate();
      if (round === this.#round) this.#dial(invitation, round);
    } catch (error) {
      if (round === this.#round) this.#lost(error.message);
    }
  }

  #dial({ url, accessToken, renewWithinMs = 60_000 }, round) {
    const address = new URL(url);
    address.protocol = address.protocol.replace("http", "ws");
    address.searchParams.set("access_token", accessToken);
    const socket = this.#socket = this.open(address.href);
    const mine = (handler) => (event) => { if (round === this.#round) handler(event); };
    let rest = "";
    let agreed = false;
    this.#after("silent", openMs, () => this.#lost("The SignalR service does not answer."));
    socket.onopen = mine(() => socket.send(`{"protocol":"json","version":1}${end}`));
    socket.onclose = mine(() => this.#lost("The stream was closed."));
    socket.onmessage = mine(({ data }) => {
      const records = (rest + data).split(end);
      rest = records.pop();
      for (const record of records) {
        if (round !== this.#round) return;
        const message = JSON.parse(record);
        if (agreed) this.#hear(message);
        else if (message.error) this.#lost(message.error);
        else { agreed = true; this.#live(renewWithinMs, socket); }
      }
      if (agreed && round === this.#round) this.#awaitSilence();
    });
  }

  #live(renewWithinMs, socket) {
    this.#set({ state: "live" });
    // One that is taken and dropped, again and again, has not held: its tries are spaced more and more all the same.
    this.#after("held", heldMs, () => { this.#tries = 0; });
    this.#every("ping", pingMs, () => socket.send(`{"type":6}${end}`));
    // A renewal that fails ends nothing: the next one may do.
    this.#every("renew", renewWithinMs, () => this.negotiate().catch(() => undefined));
  }

  #hear(message) {
    if (message.type === 1 && message.target === "transitions") for (const listener of this.#listeners) listener(message.arguments[0]);
    else if (message.type === 7) this.#lost(message.error || "The service closed the stream.");
  }

  #awaitSilence() { this.#after("silent", silentMs, () => this.#lost("The stream was silent for too long.")); }

  #lost(why) {
    this.#close();
    const wait = waitsMs[Math.min(this.#tries++, waitsMs.length - 1)] * (0.5 + this.random() / 2);
    this.#set({ state: "interrupted", why, since: this.status.since ?? this.now(), retryAt: this.now() + wait });
    this.#after("again", wait, () => this.#connect());
  }

  // What comes of an earlier round afterwards is nobody's.
  #close() {
    this.#round++;
    for (const [, stop] of this.#timers) stop();
    this.#timers.clear();
    const socket = this.#socket;
    this.#socket = null;
    if (socket) socket.close();
  }

  #after(name, ms, act) {
    this.#timers.get(name)?.();
    const timer = setTimeout(act, ms);
    this.#timers.set(name, () => clearTimeout(timer));
  }

  #every(name, ms, act) {
    const timer = setInterval(act, ms);
    this.#timers.set(name, () => clearInterval(timer));
  }

  #set(status) {
    this.status = status;
    for (const watcher of this.#watchers) watcher(status);
  }
}
