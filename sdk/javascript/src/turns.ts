import type { Remove } from "./handlers.js";
import type { Latch } from "./latch.js";

/** Gives a turn back; calling it again changes nothing. */
export type Turn = () => void;

/**
 * Turns to make an attempt. Thousands of sessions that lose their sockets together and all try at once end up in step, each of them too
 * slow for its time: one after the other they are back within it.
 */
export class Turns {
  private readonly waiting = new Set<() => void>();
  private taken = 0;

  constructor(private readonly atOnce: number) {}

  /** A turn; undefined when the latch was set before there was one. */
  async take(unless: Latch): Promise<Turn | undefined> {
    if (this.taken < this.atOnce) this.taken++;
    else if (!(await this.wait(unless))) return undefined;
    let isMine = true;
    return () => {
      if (isMine) this.pass();
      isMine = false;
    };
  }

  private wait(unless: Latch): Promise<boolean> {
    return new Promise((resolve) => {
      let remove: Remove | undefined;
      const called = (): void => {
        remove?.();
        resolve(true);
      };
      this.waiting.add(called);
      remove = unless.on(() => {
        if (this.waiting.delete(called)) resolve(false);
      });
    });
  }

  private pass(): void {
    const [next] = this.waiting;
    if (!next) {
      this.taken--;
      return;
    }
    this.waiting.delete(next); // the turn goes on to it
    next();
  }
}
