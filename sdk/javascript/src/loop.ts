import { makeAttempt, type Attempt, type Attempting } from "./attempt.js";
import type { SessionContext } from "./context.js";
import { Latch } from "./latch.js";
import type { Opening } from "./opening.js";
import { endOfClose, isAboutToken, refusalOfClose, type EndReason, type RefusedAttempt } from "./reasons.js";
import { ReconnectSchedule } from "./schedule.js";
import { pauseFor } from "./waiting.js";

const stableMs = 2_000;
/** A webhook cuts an attempt that has taken this part of its time and has no connection yet: it hangs. */
const hangsAfter = 4;

/** What the loop needs of its session. */
export interface Looping extends Attempting {
  /** The window that the last ack announced. */
  readonly graceMs: number;
  /** Tells the app. True when the next attempt can be made at once, because it will not show the token that this one showed. */
  refused(refusal: RefusedAttempt): boolean;
  lost(error: string | undefined): void;
}

/** The one loop that makes a session's connections. */
export class AttachLoop {
  private wake = new Latch();
  private opening: Opening | undefined;
  private isCut = false;
  private unanswered = 0;

  constructor(private readonly context: SessionContext, private readonly session: Looping) {}

  /** Attaches, and again after every loss, until the end. */
  async run(): Promise<EndReason> {
    const { clock, options } = this.context;
    let schedule = ReconnectSchedule.forAttach();
    let lostAt = clock.now();
    let refusal: RefusedAttempt | undefined;
    let [flaps, atOnce] = [0, false];
    for (;;) {
      const step = schedule.next(clock.now() - lostAt, refusal?.retryAfterMs, options.random);
      schedule = step.rest;
      if (!atOnce && !this.isCut) await this.pause(step.delayMs);
      this.isCut = false;
      if (this.session.end) return this.session.end;
      const outcome = await this.attempt(step.budgetMs);
      if ("ended" in outcome) return outcome.ended;
      refusal = "refusal" in outcome ? outcome.refusal : undefined;
      atOnce = refusal !== undefined && this.session.refused(refusal);
      if (!("connection" in outcome)) continue;

      const attachedAt = clock.now();
      const error = await this.lossOf(outcome.connection.closed);
      lostAt = clock.now();
      await this.session.drop(outcome.connection);
      const ended = this.session.end ?? endOfClose(error);
      if (ended) return ended;
      const stale = refusalOfClose(error);
      flaps = lostAt - attachedAt < stableMs ? flaps + 1 : 0;
      // At once is for one mistake, not for a service that refuses every token it has just issued.
      atOnce = isAboutToken(stale) && this.session.refused(stale) && flaps < 2;
      schedule = ReconnectSchedule.forReconnect(this.session.graceMs, flaps, options.random);
      this.session.lost(error);
    }
  }

  /**
   * Lifecycle asks for the session: whoever waits to try again does it now, and an attempt that hangs is cut. Not one that is merely
   * slow, or waits for its ack: cutting those would add to what makes them slow.
   */
  hurry(): void {
    this.wake.set();
    if (!this.opening || this.opening.ageMs < this.context.options.attemptTimeoutMs / hangsAfter) return;
    this.isCut = true;
    this.opening.cut();
  }

  // The time that an attempt has begins with its turn.
  private async attempt(budgetMs: number | undefined): Promise<Attempt> {
    const turn = await this.context.turns.take(this.session.ended);
    if (!turn) return { ended: this.session.end! };
    try {
      const outcome = await makeAttempt(this.context, {
        openMs: Math.min(budgetMs ?? Infinity, this.context.options.attemptTimeoutMs),
        unanswered: this.unanswered,
        turn,
        opening: (opening) => (this.opening = opening),
      }, this.session);
      if ("connection" in outcome) this.unanswered = 0;
      else if ("refusal" in outcome && outcome.refusal.code === "no_ack") this.unanswered++;
      return outcome;
    } finally {
      turn();
    }
  }

  // Without a timer: a connection has no end that is planned, and the client library notices one that is dead.
  private lossOf(closed: Promise<string | undefined>): Promise<string | undefined> {
    return new Promise((resolve) => {
      const remove = this.session.ended.on(() => resolve(undefined));
      void closed.then((error) => {
        remove();
        resolve(error);
      });
    });
  }

  private async pause(ms: number): Promise<void> {
    this.wake = new Latch();
    if (ms > 0) await pauseFor(this.context.clock, ms, this.wake, this.session.ended);
  }
}
