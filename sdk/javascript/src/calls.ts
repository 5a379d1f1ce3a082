import type { Connection } from "./connection.js";
import { late, within } from "./waiting.js";

/** Calls a hub method: bounded in time, and over as soon as its connection is. */
export async function callWithin(connection: Connection, limitMs: number, method: string, args: readonly unknown[]): Promise<void> {
  const call = connection.call(method, ...args);
  call.catch(() => undefined); // looked at below; one that fails after the limit was given up already
  const lost = connection.closed.then(() => {
    throw new Error(`The connection was lost during ${method}`);
  });
  lost.catch(() => undefined);
  if ((await within(Promise.race([call, lost]), limitMs, late)) === late) {
    throw new Error(`Lifecycle did not answer ${method} within ${limitMs} ms`);
  }
}
