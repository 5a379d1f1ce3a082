import { makeAttempt, type Attempt, type Attempting } from "./attempt.js";
import type { Connection } from "./connection.js";
import type { SessionContext } from "./context.js";
import type { Remove } from "./handlers.js";
import { Latch } from "./latch.js";
import { Move, type MoveOrder } from "./move.js";
import type { Opening } from "./opening.js";
import { endOfClose, isAboutToken, refusalOfClose, type EndReason, type RefusedAttempt } from "./reasons.js";
import { ReconnectSchedule, type ReconnectStep } from "./schedule.js";
import { Tries } from "./tries.js";
import { pauseFor } from "./waiting.js";

const stableMs = 2_000;
/** A webhook cuts an attempt that has taken this part of its time and has no connection yet: it hangs. */
const hangsAfter = 4;
/** A webhook asks for a session whose connection stands. */
const asked = Symbol("asked");
/** The session has a connection at another place, and this one is the old one. */
const moved = Symbol("moved");

/** Why a connection is not the session's any more: lost, with an error if there was one, or replaced. */
type Loss = string | undefined | typeof asked | typeof moved;

/** What the loop needs of its session. */
export interface Looping extends Attempting {
  /** The window that the last ack announced. */
  readonly graceMs: number;
  /** Tells the app. True when the next attempt can be made at once, because it will not show the token that this one showed. */
  refused(refusal: RefusedAttempt): boolean;
  lost(error: string | undefined): void;
  /** What an attempt to move needs, to that place or the same one. */
  movingTo(url: string | undefined): Attempting;
  /** A move has come to nothing so far; with `reason`, for good. */
  moveFailed(reason: string | undefined): void;
  /** Closes the connection that a move has left behind. Never rejects. */
  leftBehind(connection: Connection, order: MoveOrder): Promise<void>;
  /** The connection is not the session's any more; it stays open. */
  detach(connection: Connection): void;
  /** Closes a connection that was detached. Never rejects. */
  shut(connection: Connection): Promise<void>;
}

/** The one loop that makes a session's connections. */
export class AttachLoop {
  private wake = new Latch();
  private opening: Opening | undefined;
  private isCut = false;
  private unanswered = 0;
  private readonly tries = new Tries();
  private renewal = new Latch();
  private replaced: Connection | undefined;
  private readonly shutting = new Set<Promise<void>>();
  private adoption = new Latch();
  private move: Move | undefined;

  constructor(private readonly context: SessionContext, private readonly session: Looping) {}

  /** Attaches, and again after every loss, until the end. */
  async run(): Promise<EndReason> {
    try {
      return await this.attachUntilEnded();
    } finally {
      this.shutReplaced();
      await this.move?.settle();
      await Promise.all(this.shutting);
    }
  }

  private async attachUntilEnded(): Promise<EndReason> {
    const { clock } = this.context;
    let schedule = ReconnectSchedule.forAttach();
    let lostAt = clock.now();
    let refusal: RefusedAttempt | undefined;
    let [flaps, atOnce] = [0, false];
    for (;;) {
      const step = this.nextStep(schedule, clock.now() - lostAt, refusal);
      schedule = step.rest;
      if (!atOnce && !this.isCut) await this.pause(step.delayMs);
      this.isCut = false;
      if (this.session.end) return this.session.end;
      const outcome = await this.attempt(step.budgetMs);
      if ("ended" in outcome) return outcome.ended;
      refusal = "refusal" in outcome ? outcome.refusal : undefined;
      atOnce = refusal !== undefined && this.session.refused(refusal);
      if (!("connection" in outcome)) continue;

      const { connection, attachedAt, error } = await this.serve(outcome.connection);
      lostAt = clock.now();
      const isAsked = error === asked;
      await this.leave(connection, isAsked);
      const ended = this.session.end ?? (isAsked ? undefined : endOfClose(error));
      if (ended) return ended;
      if (lostAt - attachedAt >= stableMs) flaps = 0;
      else if (!isAsked) flaps++;
      if (isAsked) atOnce = true;
      else {
        const stale = refusalOfClose(error);
        // At once is for one mistake, not for a service that refuses every token it has just issued.
        atOnce = isAboutToken(stale) && this.session.refused(stale) && flaps < 2;
        this.session.lost(error);
      }
      schedule = ReconnectSchedule.forReconnect(this.session.graceMs, flaps, this.context.options.random);
    }
  }

  private nextStep(schedule: ReconnectSchedule, elapsedMs: number, refusal: RefusedAttempt | undefined): ReconnectStep {
    const { random } = this.context.options;
    return refusal?.code === "service_away" && refusal.retryAfterMs !== undefined
      ? schedule.nextInSlot(elapsedMs, refusal.retryAfterMs, random)
      : schedule.next(elapsedMs, refusal?.retryAfterMs, random);
  }

  /** Lifecycle does not see the connection that the session is attached with: another one takes its place, at once. */
  renew(): void {
    this.renewal.set();
  }

  /** Lifecycle sends the session to a new connection. A later order takes the place of one that waits. */
  moveTo(order: MoveOrder): void {
    void this.move?.settle();
    const { session } = this;
    const move = (this.move = new Move(this.context.clock, this.context.options.random, order, {
      ended: session.ended,
      attempt: () => this.attempt(undefined, session.movingTo(order.url)),
      refused: (refusal) => session.refused(refusal),
      failed: (reason) => {
        if (reason !== undefined && this.move === move) this.move = undefined;
        session.moveFailed(reason);
      },
    }));
    void move.run();
  }

  /** The session moves no more. */
  stay(): void {
    void this.move?.settle();
    if (this.isMoving) this.opening?.cut();
  }

  /** An attempt to move is under way. */
  get isMoving(): boolean {
    return this.move?.isAttempting ?? false;
  }

  /** The connection of a move was acked: the one before is left. */
  adopted(): void {
    this.adoption.set();
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

  /** Until the connection is lost, or the one that the session has moved to. */
  private async serve(first: Connection): Promise<{ connection: Connection; attachedAt: number; error: string | undefined | typeof asked }> {
    let [connection, attachedAt] = [first, this.context.clock.now()];
    for (;;) {
      const error = await this.lossOf(connection.closed);
      const move = this.move;
      this.move = undefined;
      if (move && error !== moved) this.session.detach(connection);
      const next = await move?.settle();
      if (!next || !move) return { connection, attachedAt, error: error === moved ? undefined : error };
      this.shutLater(this.session.leftBehind(connection, move.order));
      [connection, attachedAt, this.renewal] = [next, this.context.clock.now(), new Latch()];
    }
  }

  // The time that an attempt has begins with its turn.
  private async attempt(budgetMs: number | undefined, session: Attempting = this.session): Promise<Attempt> {
    const turn = await this.context.turns.take(this.session.ended);
    if (!turn) return { ended: session.end! };
    if (session === this.session) this.renewal = new Latch();
    try {
      const outcome = await makeAttempt(this.context, {
        made: this.tries.next(),
        openMs: Math.min(budgetMs ?? Infinity, this.context.options.attemptTimeoutMs),
        unanswered: this.unanswered,
        turn,
        opening: (opening) => {
          this.opening = opening;
          if (!opening) this.shutReplaced();
        },
      }, session);
      if ("connection" in outcome) {
        this.unanswered = 0;
        this.tries.acked();
      }
      if ("refusal" in outcome && outcome.connectRefused) this.tries.connectRefused();
      if ("refusal" in outcome && outcome.refusal.code === "no_ack") this.unanswered++;
      return outcome;
    } finally {
      turn();
    }
  }

  private async leave(connection: Connection, isReplaced: boolean): Promise<void> {
    if (!isReplaced) return this.session.drop(connection);
    this.session.detach(connection);
    // Closed when its successor is open: then Lifecycle sees a takeover, should it know this one after all.
    this.replaced = connection;
  }

  private shutReplaced(): void {
    if (!this.replaced) return;
    this.shutLater(this.session.shut(this.replaced));
    this.replaced = undefined;
  }

  private shutLater(shut: Promise<void>): void {
    this.shutting.add(shut);
    void shut.finally(() => this.shutting.delete(shut));
  }

  // Without a timer: a connection has no end that is planned, and the client library notices one that is dead.
  private lossOf(closed: Promise<string | undefined>): Promise<Loss> {
    this.adoption = new Latch();
    return new Promise((resolve) => {
      const undo: Remove[] = [];
      const done = (outcome: Loss): void => {
        undo.forEach((remove) => remove());
        resolve(outcome);
      };
      undo.push(this.session.ended.on(() => done(undefined)), this.renewal.on(() => done(asked)), this.adoption.on(() => done(moved)));
      void closed.then(done);
    });
  }

  private async pause(ms: number): Promise<void> {
    this.wake = new Latch();
    if (ms > 0) await pauseFor(this.context.clock, ms, this.wake, this.session.ended);
  }
}
