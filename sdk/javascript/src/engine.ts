import type { Clock } from "./clock.js";
import type { NegotiateOutcome } from "./negotiate.js";

/** What an answer of negotiate says of the durable engine: within what time an ack is expected, or when to ask again. */
export type EngineWord = { readonly ackWithinMs: number } | { readonly retryAfterMs: number };

const notNow = ["engine_busy", "service_away", "http_503", "http_429"];

/** The word in an answer; undefined when there is none. */
export function wordOf(outcome: NegotiateOutcome): EngineWord | undefined {
  if (outcome.kind === "redirect" && outcome.ackWithinMs !== undefined) return { ackWithinMs: outcome.ackWithinMs };
  if (outcome.kind !== "retry" || outcome.refusal.retryAfterMs === undefined) return undefined;
  return notNow.includes(outcome.refusal.code) ? { retryAfterMs: outcome.refusal.retryAfterMs } : undefined;
}

/**
 * What this process knows of the durable engine. A crowd that waits late wants to know the same thing at the same time: one finds out
 * for all.
 */
export class EngineOutlook {
  /** So long an answer is as good as a new one. */
  static readonly freshMs = 1_000;

  private word: EngineWord | undefined;
  private heardAt = -Infinity;
  private asking: Promise<EngineWord | undefined> | undefined;

  constructor(private readonly clock: Clock) {}

  /** Somebody was answered, for whatever he had asked. */
  heard(outcome: NegotiateOutcome): void {
    const word = wordOf(outcome);
    if (word) [this.word, this.heardAt] = [word, this.clock.now()];
  }

  /** What the engine is said to be like now; undefined when nobody could say. Never rejects, and has a limit. */
  ask(negotiate: (signal: AbortSignal) => Promise<NegotiateOutcome>, limitMs: number): Promise<EngineWord | undefined> {
    if (this.isFresh()) return Promise.resolve(this.word);
    return (this.asking ??= this.findOut(negotiate, limitMs));
  }

  private findOut(negotiate: (signal: AbortSignal) => Promise<NegotiateOutcome>, limitMs: number): Promise<EngineWord | undefined> {
    return new Promise((resolve) => {
      const request = new AbortController();
      const done = (word: EngineWord | undefined): void => {
        stop();
        this.asking = undefined;
        // Who was not answered knows no better than somebody who was, meanwhile.
        if (word || !this.isFresh()) [this.word, this.heardAt] = [word, this.clock.now()];
        resolve(this.word);
      };
      const stop = this.clock.after(limitMs, () => {
        request.abort();
        done(undefined);
      });
      // Not answered is an answer: the waits go on with what was promised before.
      negotiate(request.signal).then((outcome) => done(wordOf(outcome)), () => done(undefined));
    });
  }

  private isFresh(): boolean {
    return this.clock.now() - this.heardAt < EngineOutlook.freshMs;
  }
}
