/** What to do next: wait, then try for at most `budgetMs` (undefined: as long as one attempt may take). */
export interface ReconnectStep {
  readonly delayMs: number;
  readonly budgetMs: number | undefined;
  readonly rest: ReconnectSchedule;
}

/** Numbers from 0 to below 1. */
export type Random = () => number;

const firstGapMs = 250;
const maxGapMs = 10_000;
const minBudgetMs = 250;
const crowdBudgetMs = 2_000;
/** Retry-After is spread by up to this part of itself, or by a second where that is more. */
const retrySpread = 0.2;
const lastFrom = 0.65;
const lastTo = 0.8;

/**
 * When to try again, as a value: no clock and no randomness of its own. First a handful of attempts planned into the grace window, so
 * that Lifecycle sees a reconnect and not a loss; afterwards decorrelated backoff without end.
 */
export class ReconnectSchedule {
  /** The first attempt comes within this time, so that a fleet that lost its sockets together does not return in one instant. */
  static readonly firstSpreadMs = 300;
  /** Shortest wait of the backoff phase. */
  static readonly baseMs = 1_000;
  /** Longest wait of the backoff phase. */
  static readonly capMs = 30_000;
  /**
   * For so long after a loss no wait is longer than 80 % of the grace window, or `shortestMs`: whatever was away, Lifecycle gives everybody a
   * whole window once it is back, and signs of life hold for one.
   */
  static readonly awaitedMs = 600_000;
  /** Where that would be less than this, a fleet would come in step. */
  static readonly shortestMs = 2_000;
  /** A longer Retry-After is cut to this: a mistaken header must not park a session for a day. */
  static readonly maxRetryAfterMs = 300_000;

  private constructor(
    /** Attempts still planned, as time since the loss, ascending; the last lies between 65 % and 80 % of the grace. */
    readonly planned: readonly number[],
    readonly attempts = 0,
    private readonly previousMs = ReconnectSchedule.baseMs,
    private readonly awaitedCapMs = ReconnectSchedule.capMs,
  ) {}

  /** For a session that was never attached: at once, then backoff. */
  static forAttach(): ReconnectSchedule {
    return new ReconnectSchedule([0]);
  }

  /** For a session that lost its connection; each of `flaps` attachments that were lost right after their ack doubles the first spread. */
  static forReconnect(graceMs: number, flaps: number, random: Random): ReconnectSchedule {
    const spread = Math.min(ReconnectSchedule.firstSpreadMs * 2 ** Math.min(Math.max(flaps, 0), 16), graceMs * 0.25);
    const last = graceMs * (lastFrom + (lastTo - lastFrom) * random());
    const planned: number[] = [];
    let at = spread * random();
    for (let gap = firstGapMs; at + gap / 2 < last; gap = Math.min(gap * 2, maxGapMs)) {
      planned.push(at);
      at += gap * (0.75 + 0.5 * random());
    }
    const { baseMs, capMs, shortestMs } = ReconnectSchedule;
    return new ReconnectSchedule([...planned, last], 0, baseMs, Math.min(capMs, Math.max(shortestMs, graceMs * lastTo)));
  }

  /** The next attempt, `elapsedMs` after the loss; `retryAfterMs` is what the last answer asked for, if it did. */
  next(elapsedMs: number, retryAfterMs: number | undefined, random: Random): ReconnectStep {
    let planned = this.planned;
    // An attempt that ran long swallows the ones it ran past, but never the last one before the grace is over.
    while (this.attempts > 0 && planned.length > 1 && planned[0]! < elapsedMs) planned = planned.slice(1);
    // It ran past the grace as well: there is nothing left to hurry for.
    if (this.attempts > 0 && planned.length === 1 && planned[0]! < elapsedMs * lastFrom) planned = [];
    return planned.length === 0 ? this.backoff(elapsedMs, retryAfterMs, random) : this.inGrace(planned, elapsedMs, retryAfterMs, random);
  }

  /**
   * The next attempt after an answer that gave this client a slot of its own, `retryAfterMs` from now: when it begins, and up to `baseMs`
   * later, for slots are whole seconds and their crowds would all come at once. The plan and the waits behind it stay as they are, however
   * often this happens. Less than `baseMs` and more than `maxRetryAfterMs` are cut to these.
   */
  nextInSlot(elapsedMs: number, retryAfterMs: number, random: Random): ReconnectStep {
    const { baseMs, maxRetryAfterMs } = ReconnectSchedule;
    const delayMs = Math.max(Math.min(retryAfterMs, maxRetryAfterMs), baseMs) + baseMs * random();
    const [last, start] = [this.planned.at(-1), elapsedMs + delayMs];
    // Within the plan a hanging attempt is cut where the last one starts, as any other; but whoever has a slot comes in a crowd, and needs some time.
    const budgetMs = last !== undefined && last - start >= crowdBudgetMs ? last - start : undefined;
    return { delayMs, budgetMs, rest: this.after(this.planned) };
  }

  private inGrace(planned: readonly number[], elapsedMs: number, retryAfterMs: number | undefined, random: Random): ReconnectStep {
    const last = planned[planned.length - 1]!;
    const delayMs = notBefore(retryAfterMs, Math.max(planned[0]! - elapsedMs, 0), random);
    const start = elapsedMs + delayMs;
    // Retry-After may lead behind the whole plan: then this attempt stands for the last one, and nothing presses it.
    if (planned.length === 1 || start >= last) return { delayMs, budgetMs: undefined, rest: this.after([]) };
    // A hanging attempt is cut where the last one starts, or it would eat the window alone.
    return { delayMs, budgetMs: Math.max(last - start, minBudgetMs), rest: this.after(planned.slice(1)) };
  }

  private backoff(elapsedMs: number, retryAfterMs: number | undefined, random: Random): ReconnectStep {
    // Who is told when to come has not failed: the plan behind it stays as it was.
    if (retryAfterMs !== undefined) {
      const delayMs = notBefore(Math.max(retryAfterMs, ReconnectSchedule.baseMs), 0, random);
      return { delayMs, budgetMs: undefined, rest: this.after([]) };
    }
    // Cap first, jitter after: the other way round the whole fleet ends up waiting exactly the cap, in step.
    const cap = elapsedMs < ReconnectSchedule.awaitedMs ? this.awaitedCapMs : ReconnectSchedule.capMs;
    const ceiling = Math.min(cap, this.previousMs * 3);
    const wait = ReconnectSchedule.baseMs + (ceiling - ReconnectSchedule.baseMs) * random();
    return { delayMs: wait, budgetMs: undefined, rest: this.after([], wait) };
  }

  private after(planned: readonly number[], previousMs = this.previousMs): ReconnectSchedule {
    return new ReconnectSchedule(planned, this.attempts + 1, previousMs, this.awaitedCapMs);
  }
}

function notBefore(retryAfterMs: number | undefined, delayMs: number, random: Random): number {
  if (retryAfterMs === undefined) return delayMs;
  const earliest = Math.min(retryAfterMs, ReconnectSchedule.maxRetryAfterMs);
  return earliest <= delayMs ? delayMs : earliest + Math.max(ReconnectSchedule.baseMs, earliest * retrySpread) * random();
}
