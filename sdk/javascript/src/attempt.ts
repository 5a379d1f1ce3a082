import { AckWait } from "./ackwait.js";
import type { Connection } from "./connection.js";
import type { SessionContext } from "./context.js";
import type { Latch } from "./latch.js";
import { messageOf, type NegotiateOutcome } from "./negotiate.js";
import { Opening } from "./opening.js";
import { endOfClose, refusalOfClose, type EndReason, type RefusedAttempt } from "./reasons.js";
import type { Try } from "./tries.js";
import type { Turn } from "./turns.js";
import { cut, late, waitFor } from "./waiting.js";

/** What one attempt to attach came to. */
export type Attempt =
  | { readonly connection: Connection }
  | { readonly ended: EndReason }
  /** `connectRefused`: negotiate gave an address, and no socket could be opened there. */
  | { readonly refusal: RefusedAttempt; readonly connectRefused?: true };

/** What an attempt needs of its session. */
export interface Attempting {
  readonly ended: Latch;
  readonly end: EndReason | undefined;
  negotiate(made: Try, signal: AbortSignal): Promise<NegotiateOutcome>;
  connect(url: string, accessToken: string): Connection;
  drop(connection: Connection): Promise<void>;
  /** The connection is kept, and waited on for that much longer. */
  ackLate(waitedMs: number, nextMs: number): void;
}

/** How an attempt is made. */
export interface Plan {
  readonly made: Try;
  readonly openMs: number;
  /** How many attempts before this one had no ack. */
  readonly unanswered: number;
  readonly turn: Turn;
  /** Hears what could be cut, and undefined when nothing can any more. */
  readonly opening: (opening: Opening | undefined) => void;
}

/** Negotiates, opens the connection and waits for the ack. Never rejects. */
export async function makeAttempt(context: SessionContext, plan: Plan, session: Attempting): Promise<Attempt> {
  const opening = new Opening(context.clock, plan.openMs, session.ended);
  plan.opening(opening);
  let hasAddress = false;
  try {
    const outcome = await opening.before(session.negotiate(plan.made, opening.signal));
    context.engine.heard(outcome);
    if (outcome.kind === "refused") return { ended: outcome.reason };
    if (outcome.kind === "retry") return { refusal: outcome.refusal };
    hasAddress = true;
    const connection = await open(session.connect(outcome.url, outcome.accessToken), opening, session);
    hasAddress = false;
    close();
    return await awaitAck(context, connection, AckWait.for(outcome.ackWithinMs, context.options.ackTimeoutMs, plan.unanswered), plan, session);
  } catch (error) {
    if (session.end) return { ended: session.end };
    return ofError(messageOf(error), opening, hasAddress);
  } finally {
    close();
  }

  function close(): void {
    opening.close();
    plan.opening(undefined);
  }
}

async function open(connection: Connection, opening: Opening, session: Attempting): Promise<Connection> {
  try {
    await opening.before(connection.start());
    return connection;
  } catch (error) {
    await session.drop(connection);
    throw error;
  }
}

/**
 * Whatever opening a socket can throw, the answer is the same: look for a word that is known in it, else try again. The word comes before
 * the time, which may be over only because the connection that was refused took long to stop. Where it is known there was a socket.
 */
function ofError(error: string, opening: Opening, hasAddress: boolean): Attempt {
  const ended = endOfClose(error);
  if (ended) return { ended };
  const refusal = refusalOfClose(error);
  if (refusal.code !== "closed") return { refusal };
  const refused = hasAddress ? { connectRefused: true as const } : {};
  if (opening.isOver) return { refusal: { code: "timeout", detail: `no connection within ${Math.round(opening.ageMs)} ms` }, ...refused };
  return { refusal: { code: "network", detail: error }, ...refused };
}

async function awaitAck(context: SessionContext, connection: Connection, first: AckWait, plan: Plan, session: Attempting): Promise<Attempt> {
  const { clock, options } = context;
  const openedAt = clock.now();
  const settled = Promise.race([connection.acked, connection.closed]).then(() => true as const);
  let wait = first;
  for (let round: number | undefined = wait.first(options.random); round !== undefined; ) {
    if ((await waitFor(clock, settled, round, session.ended)) !== late) return settle(connection, session);
    // It waits and works no more: others may have its turn.
    plan.turn();
    if (wait.isPromised) {
      // What is asked for is the engine's word alone; the address and the token of the answer are not used. It is no new try.
      const asked = context.engine.ask((signal) => session.negotiate(plan.made, signal), options.attemptTimeoutMs);
      const word = await waitFor(clock, Promise.race([settled, asked]), options.attemptTimeoutMs, session.ended);
      if (word === true || word === cut) return settle(connection, session);
      ({ wait, nextMs: round } = wait.late(clock.now() - openedAt, word === late ? undefined : word, options.random));
    } else {
      round = undefined;
    }
    if (round !== undefined) session.ackLate(clock.now() - openedAt, round);
  }
  await session.drop(connection);
  const end = session.end;
  return end ? { ended: end } : { refusal: { code: "no_ack", detail: `no ack within ${Math.round(clock.now() - openedAt)} ms` } };
}

async function settle(connection: Connection, session: Attempting): Promise<Attempt> {
  // One that is lost right behind its ack was attached all the same.
  if (connection.isAcked) return { connection };
  const error = session.end ? undefined : await connection.closed;
  await session.drop(connection);
  const ended = session.end ?? endOfClose(error);
  return ended ? { ended } : { refusal: refusalOfClose(error) };
}
