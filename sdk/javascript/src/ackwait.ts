import type { EngineWord } from "./engine.js";
import { ReconnectSchedule, type Random } from "./schedule.js";

const growth = 1.5;
const mostGrowth = 4;
const jitter = 0.2;
const leastMs = 100;

/**
 * How long one attempt waits for its ack on an open connection, as a value: no clock and no randomness of its own. A connection that is
 * closed while its ack is on the way costs the engine another round of the work that made it late; so it is kept for as long as the
 * engine is said to be behind.
 */
export class AckWait {
  /** Longest wait of one attempt, all rounds together. */
  static readonly mostMs = 600_000;
  /** A promise of no more than this says that the engine keeps up. */
  static readonly keepsUpMs = 10_000;
  /** A connection that has waited so many times the highest of what was promised is forgotten, if the engine keeps up. */
  static readonly giveUpAfter = 2;
  /** The same for an engine that is behind: how far is known late, and nobody promises more than two minutes. */
  static readonly giveUpBehindAfter = 5;

  private constructor(
    /** False for a server that promises nothing: then the first round is the only one. */
    readonly isPromised: boolean,
    private readonly patience: number,
    private readonly expectedMs: number,
    /** What Lifecycle knows of a long queue lags behind it, and falls before the queue does. */
    private readonly highestMs = expectedMs,
  ) {}

  /** `promisedMs`: what negotiate said; else `standardMs` counts. Each of `unanswered` attempts without an ack makes the wait longer. */
  static for(promisedMs: number | undefined, standardMs: number, unanswered: number): AckWait {
    return new AckWait(promisedMs !== undefined, Math.min(growth ** unanswered, mostGrowth), promisedMs ?? standardMs);
  }

  /** The first round. */
  first(random: Random): number {
    return round(this.expectedMs * this.patience, 0, random);
  }

  /** A round is over, `waitedMs` after the connection was open. The next one; `nextMs` undefined: give the connection up. */
  late(waitedMs: number, word: EngineWord | undefined, random: Random): { readonly wait: AckWait; readonly nextMs: number | undefined } {
    if (!this.isPromised || waitedMs >= AckWait.mostMs) return { wait: this, nextMs: undefined };
    if (word && "retryAfterMs" in word) {
      return { wait: this, nextMs: round(Math.min(word.retryAfterMs, ReconnectSchedule.maxRetryAfterMs), waitedMs, random) };
    }
    const expected = word?.ackWithinMs ?? this.expectedMs;
    const highest = Math.max(expected, this.highestMs);
    const times = expected <= AckWait.keepsUpMs ? AckWait.giveUpAfter : AckWait.giveUpBehindAfter;
    const isForgotten = waitedMs >= highest * this.patience * times;
    return {
      wait: new AckWait(true, this.patience, expected, highest),
      nextMs: isForgotten ? undefined : round(expected * this.patience, waitedMs, random),
    };
  }
}

// Cap first, jitter after.
function round(ms: number, waitedMs: number, random: Random): number {
  return Math.max(Math.min(ms, AckWait.mostMs - waitedMs), leastMs) * (1 + jitter * random());
}
