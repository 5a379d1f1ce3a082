import type { Clock } from "./clock.js";
import type { Connection } from "./connection.js";
import { cut, late, latchOf, waitFor } from "./waiting.js";

/** Calls a hub method: bounded in time, and over as soon as its connection is. Leaves nothing behind on the connection. */
export async function callWithin(clock: Clock, connection: Connection, limitMs: number, method: string, args: readonly unknown[]): Promise<void> {
  const outcome = await waitFor(clock, connection.call(method, ...args), limitMs, latchOf(connection.closed));
  if (outcome === cut) throw new Error(`The connection was lost during ${method}`);
  if (outcome === late) throw new Error(`Lifecycle did not answer ${method} within ${limitMs} ms`);
}
