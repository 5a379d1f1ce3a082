import type { Attempt } from "./attempt.js";
import type { Clock } from "./clock.js";
import type { Connection } from "./connection.js";
import { Latch } from "./latch.js";
import { isHttp } from "./options.js";
import type { RefusedAttempt } from "./reasons.js";
import { ReconnectSchedule, type Random } from "./schedule.js";
import { pauseFor } from "./waiting.js";

const mostAfterMs = 600_000;
const mostTries = 10;

/** The order as it comes. */
export interface MovePayload {
  readonly afterMs?: unknown;
  readonly url?: unknown;
}

/** An order to attach over a new connection, `afterMs` from now. */
export interface MoveOrder {
  readonly afterMs: number;
  /** The base address of another Lifecycle; undefined: of the same. */
  readonly url: string | undefined;
}

/** Reads an order to a session that is attached at `from`; a text says what is wrong with it. */
export function readMove({ afterMs, url }: MovePayload, from: string): MoveOrder | string {
  const wait = afterMs ?? 0;
  if (typeof wait !== "number" || !(wait >= 0)) return "afterMs must be a number from 0";
  const order = { afterMs: Math.min(wait, mostAfterMs), url: undefined };
  if (url === undefined || url === null || url === from) return order;
  if (typeof url !== "string" || !isHttp(url)) return "url must be an absolute http or https address without user, query or fragment";
  // The API key goes there.
  if (from.startsWith("https:") && !url.startsWith("https:")) return "url must be an https address, as the one before is";
  return { ...order, url };
}

/** What a move needs of its session. */
export interface Moving {
  readonly ended: Latch;
  /** One attempt at the new place, its connection beside the one that the session has. */
  attempt(): Promise<Attempt>;
  /** Tells the app. True when the next attempt can be made at once. */
  refused(refusal: RefusedAttempt): boolean;
  /** An attempt came to nothing; with `reason`, no other follows. The session is where it was. */
  failed(reason: string | undefined): void;
}

/**
 * Moves a session to a new connection: that one is made first, and the old one serves until it is acked. What fails is tried again a few
 * times, spaced; then the session stays where it is.
 */
export class Move {
  private readonly over = new Latch();
  private attempting: Promise<Connection | undefined> | undefined;

  constructor(private readonly clock: Clock, private readonly random: Random, readonly order: MoveOrder, private readonly session: Moving) {}

  /** An attempt is under way: what the old connection hears of a takeover may be of this one. */
  get isAttempting(): boolean {
    return this.attempting !== undefined;
  }

  /** Tries until it has a connection, or may not any more. */
  async run(): Promise<void> {
    await this.pause(this.order.afterMs);
    const begunAt = this.clock.now();
    let [schedule, refusal, atOnce] = [ReconnectSchedule.forAttach(), undefined as RefusedAttempt | undefined, false];
    for (let tries = 1; !this.over.isSet && !this.session.ended.isSet; tries++) {
      const step = schedule.next(this.clock.now() - begunAt, refusal?.retryAfterMs, this.random);
      schedule = step.rest;
      if (!atOnce && step.delayMs > 0) await this.pause(step.delayMs);
      if (this.over.isSet || this.session.ended.isSet) return;
      const attempt = this.session.attempt();
      this.attempting = attempt.then((outcome) => ("connection" in outcome ? outcome.connection : undefined));
      const outcome = await attempt;
      if ("connection" in outcome) return;
      this.attempting = undefined;
      refusal = "refusal" in outcome ? outcome.refusal : undefined;
      atOnce = refusal !== undefined && this.session.refused(refusal);
      const isLast = !refusal || tries >= mostTries;
      this.session.failed(isLast ? (refusal?.code ?? ("ended" in outcome ? outcome.ended.kind : "closed")) : undefined);
      if (isLast) return;
    }
  }

  /** Makes no further attempt. The connection that the one under way comes to, if it does. */
  settle(): Promise<Connection | undefined> {
    this.over.set();
    return this.attempting ?? Promise.resolve(undefined);
  }

  private pause(ms: number): Promise<void> {
    return pauseFor(this.clock, ms, this.over, this.session.ended);
  }
}
