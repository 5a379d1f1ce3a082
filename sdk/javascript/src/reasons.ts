/** Why an attached session is over for good. None of these is retried. */
export type EndKind =
  | "superseded" | "not_started" | "stopped" | "unauthorized" | "forbidden" | "not_found" | "gone" | "rejected"
  | "released" | "closed" | "faulted";

/** Why a session is over, with the text that came along, if any. */
export interface EndReason {
  readonly kind: EndKind;
  readonly detail?: string;
}

/** An attempt to attach that failed and is made again. Final refusals end the session instead. */
export interface RefusedAttempt {
  /**
   * `reconnect_token_invalid`, `reconnect_token_expired`, `reconnect_token_mismatch`, `take_over_token_invalid`,
   * `take_over_token_expired`, `take_over_token_mismatch`, `stale_token`, `stale_connect`, `engine_busy`, `service_away`, `ack_late`, `no_ack`, `timeout`, `network`, `closed`, `subscriptions_refused`, or `http_` and the status of negotiate.
   * With `service_away` the SignalR service takes no connections now: the next try comes when `retryAfterMs` is over, at most a second
   * later, for as long as it lasts, and no later wait is longer for it. With `ack_late` and `subscriptions_refused` the connection stands.
   */
  readonly code: string;
  readonly detail: string;
  /** What Lifecycle asked for, if it did. */
  readonly retryAfterMs?: number;
  /** With `ack_late`: how long the session waits on. */
  readonly waitsOnMs?: number;
}

/** A session could not be attached, and trying again would not help. */
export class AttachError extends Error {
  constructor(readonly sessionId: string, readonly reason: EndReason) {
    super(`Session ${sessionId} could not be attached: ${reason.kind}${reason.detail ? `: ${reason.detail}` : ""}`);
    this.name = "AttachError";
  }
}

/** Lifecycle answered a hub call with an error. */
export class HubCallError extends Error {
  constructor(method: string, readonly code: string, message?: string) {
    super(`Lifecycle refused ${method}: ${code}${message ? ` (${message})` : ""}`);
    this.name = "HubCallError";
  }
}

const finalWords: Readonly<Record<string, EndKind>> = { superseded: "superseded", not_started: "not_started", stopped: "stopped" };
const tokenPrefix = /^(reconnect|take_over)_token_/;

/** The client library and the service put sentences before the word, so the word after the last colon counts. */
function wordOf(error: string | undefined): string | undefined {
  return error?.slice(error.lastIndexOf(":") + 1).trim().replace(/\.$/, "");
}

/** The end that a connection's closing error announces, or undefined when the connection may be tried again. */
export function endOfClose(error: string | undefined): EndReason | undefined {
  const word = wordOf(error);
  const kind = word === undefined ? undefined : finalWords[word];
  return kind ? { kind } : undefined;
}

/** The refusal that a connection's closing error announces. */
export function refusalOfClose(error: string | undefined): RefusedAttempt {
  switch (wordOf(error)) {
    case "stale_token":
      return { code: "stale_token", detail: "the reconnect token was used already, or is of an earlier attach" };
    case "stale_connect":
      return { code: "stale_connect", detail: "a newer connection had attached before" };
    default:
      return { code: "closed", detail: error ?? "no reason" };
  }
}

/** The end that a problem answer to negotiate announces, or undefined when it may be tried again. */
export function endOfProblem(status: number, detail: string | undefined): EndReason | undefined {
  const kinds: Record<number, EndKind> = { 401: "unauthorized", 403: "forbidden", 404: "not_found", 410: "gone" };
  const kind = kinds[status] ?? (status >= 400 && status < 500 && ![408, 409, 425, 429].includes(status) ? "rejected" : undefined);
  return kind ? { kind, ...(detail ? { detail } : {}) } : undefined;
}

/** Whether a token is to blame, so that the next attempt can be made at once without it. */
export function isAboutToken(refusal: RefusedAttempt): boolean {
  return refusal.code === "stale_token" || tokenPrefix.test(refusal.code);
}

export function isTokenProblem(code: string | undefined): code is string {
  return code !== undefined && tokenPrefix.test(code);
}
