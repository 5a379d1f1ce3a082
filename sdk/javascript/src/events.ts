import type { EndReason, RefusedAttempt } from "./reasons.js";
import type { AttachedSession } from "./session.js";
import type { Ack, AppMessage } from "./wire.js";

/** Where an attached session stands. */
export type SessionState = "attaching" | "attached" | "reconnecting" | "ended";

/** What happens to a session. */
export interface SessionEvents {
  /** A message for the app: in order, and once, also over reconnects. */
  message: AppMessage;
  /** An ack after the first connection was lost, or of the one that the session has moved to; `resumed` tells whether state was kept. */
  reconnected: Ack;
  /**
   * An attempt failed and is made again; or, with `ack_late`, its connection is kept though the ack is late. In state `attached` it was an
   * attempt to move, as Lifecycle had ordered: the session is served over the connection that it has.
   */
  refused: RefusedAttempt;
  /** Lifecycle's order to shut the session down, with its reason. `ended` follows. */
  stop: string;
  /** The session is over. With `superseded` another process has it: taken over, or handed over when this one left. */
  ended: EndReason;
}

/** How to attach. */
export interface AttachOptions {
  /** Whether this process still holds the session's state. Default false: a clean start; null lets Lifecycle infer. */
  readonly reconnect?: boolean | null;
  /** The last message that this process has handled in the session, when it still holds its state. A whole number from 0 to 2^52. */
  readonly lastSeq?: number;
  /**
   * What a `handover_request` brought, or a `resurrection_request`: the session is taken over with its state, whatever `reconnect` says.
   * Shown until the first ack, and never logged. 1 to 1,024 visible ASCII characters.
   */
  readonly takeOverToken?: string;
  /** Called before the first connection is made: the place to add handlers that must not miss anything. */
  readonly configure?: (session: AttachedSession) => void;
}
