import { idRule, isId, isToken } from "./wire.js";

/** A webhook, checked: the ids are well formed and the package is ours. */
export interface LifecycleWebhook {
  /** The same for every retry of one attempt. */
  readonly id: string;
  readonly type: "session_request" | "resurrection_request" | "handover_request" | "stop_request";
  readonly sessionId: string;
  readonly packageName: string;
  readonly correlationId: string | undefined;
  readonly runId: string | undefined;
  /** Counts from 1 within the run; 0 when absent. */
  readonly attempt: number;
  readonly reason: string | undefined;
  /**
   * With a `handover_request`, and some a `resurrection_request`: what the session is taken over with, subscriptions and all. Attach
   * with it: `server.attach(sessionId, { takeOverToken })`. Whoever prints or copies the webhook does not get it.
   */
  readonly takeOverToken: string | undefined;
  /** With a `handover_request`: the instance id of the process that leaves. */
  readonly leaving: string | undefined;
}

/** What to answer Lifecycle. */
export type WebhookAnswer =
  /**
   * Taken on: Lifecycle waits for the attach. With `heldBy`, an instance id: the session that is to be resurrected lives, in that process.
   * Lifecycle takes that as a sign of life and sends no further webhook. Whoever says so comes back at once, since Lifecycle does not see
   * the connection; `AppServer.comeBack` does.
   */
  | { readonly status: 202; readonly heldBy?: string }
  /** Not now: Lifecycle asks again, not before the given time if one is given. */
  | { readonly status: 503; readonly detail?: string; readonly retryAfterSeconds?: number }
  /** This app will never serve the session again: Lifecycle gives it up. */
  | { readonly status: 410; readonly detail?: string };

/** Faults by field. */
export type Faults = Record<string, string[]>;

const types = ["session_request", "resurrection_request", "handover_request", "stop_request"];
const maxText = 1_024;

/** Reads a webhook from its id and raw body, collecting every fault; undefined when there is at least one. */
export function parseWebhook(id: string | undefined, body: Uint8Array, packageName: string, faults: Faults): LifecycleWebhook | undefined {
  if (!id || !/^[!-~]{1,256}$/.test(id)) faults["webhook-id"] = ["must be 1 to 256 visible ASCII characters"];
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { ignoreBOM: true }).decode(body));
  } catch {
    faults["body"] = ["must be JSON"];
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    faults["body"] = ["must be a JSON object"];
    return undefined;
  }
  const fields = value as Record<string, unknown>;
  const text = (name: string): string | undefined => {
    const field = fields[name] ?? undefined;
    if (field === undefined || (typeof field === "string" && field.length <= maxText && isWhole(field))) return field;
    faults[name] = [`must be a text of at most ${maxText} characters`];
    return undefined;
  };
  const [type, sessionId, packaged, attempt] = [text("type"), text("sessionId"), text("packageName"), fields["attempt"] ?? 0];
  if (!types.includes(type ?? "")) faults["type"] = [`must be ${types.join(", ")}`];
  if (!isId(sessionId)) faults["sessionId"] = [`must be ${idRule}`];
  if (packaged !== packageName) faults["packageName"] = ["is not a package of this app server"];
  if (!Number.isInteger(attempt) || (attempt as number) < 0) faults["attempt"] = ["must be a whole number from 0"];
  const [correlationId, runId, reason] = [text("correlationId"), text("runId"), text("reason")];
  const [takeOverToken, leaving] = [text("takeOverToken"), text("leaving")];
  if (takeOverToken !== undefined && !isToken(takeOverToken)) faults["takeOverToken"] = ["must be 1 to 1,024 visible ASCII characters"];
  if (Object.keys(faults).length > 0) return undefined;
  const webhook = {
    id: id!, type: type as LifecycleWebhook["type"], sessionId: sessionId!, packageName, correlationId, runId, attempt: attempt as number, reason, leaving,
    takeOverToken,
  };
  // A handler that logs its webhook must not log this.
  return Object.defineProperty(webhook, "takeOverToken", { enumerable: false });
}

/** JSON can say half of a pair of surrogates, as a text has that was cut within an emoji; that is no text. */
function isWhole(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Repeats of one webhook id get the answer of the first; those that were not taken on are asked again. */
export class Deduplicator {
  private readonly answers = new Map<string, Promise<WebhookAnswer>>();

  constructor(private readonly remembered = 4_096) {}

  run(id: string, handle: () => Promise<WebhookAnswer>): Promise<WebhookAnswer> {
    const known = this.answers.get(id);
    if (known) return known;
    const answer = handle();
    this.answers.set(id, answer);
    if (this.answers.size > this.remembered) this.answers.delete(this.answers.keys().next().value!);
    const forget = (): void => {
      if (this.answers.get(id) === answer) this.answers.delete(id);
    };
    answer.then((given) => (given.status === 503 ? forget() : undefined), forget);
    return answer;
  }
}
