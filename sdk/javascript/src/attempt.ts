import type { Connection } from "./connection.js";
import { messageOf, type NegotiateOutcome } from "./negotiate.js";
import { endOfClose, refusalOfClose, type EndReason, type RefusedAttempt } from "./reasons.js";
import { within } from "./waiting.js";

/** What one attempt to attach came to. */
export type Attempt = { readonly connection: Connection } | { readonly ended: EndReason } | { readonly refusal: RefusedAttempt };

/** How long it may take, and what ends it earlier. */
export interface Limits {
  readonly openMs: number;
  readonly ackMs: number;
  readonly ending: AbortSignal;
}

/** What an attempt needs of its session. */
export interface Attempting {
  connect(url: string, accessToken: string): Connection;
  drop(connection: Connection): Promise<void>;
  end(): EndReason | undefined;
}

const late = Symbol("late");

/** Negotiates, opens the connection and waits for the ack. Never rejects. */
export async function makeAttempt(
  limits: Limits, negotiate: (signal: AbortSignal) => Promise<NegotiateOutcome>, session: Attempting): Promise<Attempt> {
  const signal = AbortSignal.any([limits.ending, AbortSignal.timeout(Math.ceil(limits.openMs))]);
  let connection: Connection | undefined;
  try {
    const outcome = await negotiate(signal);
    if (outcome.kind === "refused") return { ended: outcome.reason };
    if (outcome.kind === "retry") return { refusal: outcome.refusal };
    connection = session.connect(outcome.url, outcome.accessToken);
    await open(connection, signal);
    return await awaitAck(connection, limits, session);
  } catch (error) {
    if (connection) await session.drop(connection);
    const end = session.end();
    if (end) return { ended: end };
    if (signal.aborted) return { refusal: { code: "timeout", detail: `no connection within ${limits.openMs} ms` } };
    // Whatever opening a socket can throw, the answer is the same: look for a final word in it, else try again.
    const ended = endOfClose(messageOf(error));
    return ended ? { ended } : { refusal: { code: "network", detail: messageOf(error) } };
  }
}

async function open(connection: Connection, signal: AbortSignal): Promise<void> {
  const started = connection.start();
  started.catch(() => undefined); // looked at below; one that fails after the limit was given up already
  await Promise.race([started, aborted(signal)]);
  signal.throwIfAborted();
}

async function awaitAck(connection: Connection, limits: Limits, session: Attempting): Promise<Attempt> {
  const ended = aborted(limits.ending).then(() => undefined);
  const first = await within(Promise.race([connection.acked.then(() => connection), connection.closed, ended]), limits.ackMs, late);
  // One that is lost right behind its ack was attached all the same.
  if (connection.isAcked) return { connection };
  await session.drop(connection);
  const end = session.end();
  if (end) return { ended: end };
  if (first === late) return { refusal: { code: "no_ack", detail: `no ack within ${limits.ackMs} ms` } };
  const error = first as string | undefined;
  const final = endOfClose(error);
  return final ? { ended: final } : { refusal: refusalOfClose(error) };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true })));
}
