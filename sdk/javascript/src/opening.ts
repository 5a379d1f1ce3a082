import type { Clock } from "./clock.js";
import type { Remove } from "./handlers.js";
import type { Latch } from "./latch.js";
import { afterAwake, deferred } from "./waiting.js";

/** The time that an attempt has to get a connection while this process runs. Whatever hangs in it is left behind when the time is over. */
export class Opening {
  private readonly request = new AbortController();
  private readonly over = deferred<void>();
  private readonly undo: readonly Remove[];
  private readonly begunAt: number;
  private isPast = false;

  constructor(private readonly clock: Clock, readonly limitMs: number, ended: Latch) {
    this.begunAt = clock.now();
    this.undo = [afterAwake(clock, limitMs, () => this.cut()), ended.on(() => this.cut())];
  }

  /** For what can be aborted. */
  get signal(): AbortSignal {
    return this.request.signal;
  }

  /** The time was over, or somebody cut it. */
  get isOver(): boolean {
    return this.isPast;
  }

  get ageMs(): number {
    return this.clock.now() - this.begunAt;
  }

  cut(): void {
    this.isPast = true;
    this.request.abort();
    this.over.resolve();
  }

  /** The work's value, if it comes before the time is over. */
  async before<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined); // looked at below; what fails after the limit was given up already
    await Promise.race([work, this.over.promise]);
    if (this.isPast) throw new Error(`no connection within ${this.limitMs} ms`);
    return work;
  }

  /** It is open, or given up. Leaves neither timer nor listener behind. */
  close(): void {
    this.undo.forEach((remove) => remove());
  }
}
