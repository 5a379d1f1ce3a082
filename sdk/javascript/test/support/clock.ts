import type { Clock } from "../../src/clock.js";

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** Minutes in a moment: time goes on, to the next timer, when nothing is left to do. */
export class FakeClock implements Clock {
  private readonly timers = new Set<Timer>();
  private time = 0;

  now(): number {
    return this.time;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.time + ms, action };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** How many timers are held. */
  get held(): number {
    return this.timers.size;
  }

  run(ms: number): Promise<boolean> {
    return this.runUntil(() => false, ms);
  }

  /** True when the condition holds within the limit. */
  async runUntil(holds: () => boolean, limitMs: number): Promise<boolean> {
    const end = this.time + limitMs;
    for (;;) {
      await settle();
      if (holds()) return true;
      let next: Timer | undefined;
      for (const timer of this.timers) if (!next || timer.at < next.at) next = timer;
      if (!next || next.at > end) {
        this.time = end;
        return false;
      }
      this.timers.delete(next);
      this.time = Math.max(next.at, this.time);
      next.action();
    }
  }
}

/** Lets all promises run that can. */
async function settle(): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve));
}
