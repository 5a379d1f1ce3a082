import type { CheckedOptions } from "./options.js";
import type { AppServer } from "./server.js";
import { signatureFaults, type SignatureFault } from "./signing.js";
import { Deduplicator, parseWebhook, type Faults, type LifecycleWebhook, type WebhookAnswer } from "./webhook.js";
import { idRule, isId } from "./wire.js";

/** The largest body of a webhook, in bytes. */
export const maxBody = 64 * 1024;

/** A webhook as it came, whichever way. */
export interface Delivery {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signatures: string | undefined;
  readonly body: Uint8Array;
}

/** What Lifecycle is answered, whichever way: as an HTTP answer says it. */
export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Of an answer that is a problem. */
  readonly problem?: { readonly title: string; readonly detail?: string | undefined; readonly type?: string; readonly errors?: Faults };
  readonly heldBy?: string;
}

/** Checks a signature; sync or not, as the runtime has it. */
export interface Verifier {
  check(id: string | undefined, timestamp: string | undefined, signatures: string | undefined, body: Uint8Array): SignatureFault | undefined | Promise<SignatureFault | undefined>;
}

/** What of an app server webhooks need. */
export type Receiver = Pick<AppServer, "isLeaving" | "handling" | "comeBack" | "find" | "begin"> & { readonly options: CheckedOptions };

const leavingRetrySeconds = 2;
const leaving: WebhookAnswer = { status: 503, detail: "This process is shutting down", retryAfterSeconds: leavingRetrySeconds };

export const tooLarge: Response = problem(413, "Too large", `A webhook has at most ${maxBody} bytes`);
/** The answer to one that could not be taken for a fault of this side. */
export const failed: Response = problem(500, "The webhook could not be taken");
export const notJson: Response = problem(415, "Unsupported media type", "Send application/json");

/** Takes webhooks from bytes to answer: verifies, reads, handles each id once. The same for every road that they come by. */
export class WebhookIntake {
  private readonly seen = new Deduplicator();
  private readonly handle: (webhook: LifecycleWebhook) => Promise<WebhookAnswer>;

  /** Without a verifier signatures are not looked at; without `handle` it attaches and stops. */
  constructor(private readonly server: Receiver, private readonly verifier: Verifier | undefined, handle?: (webhook: LifecycleWebhook) => Promise<WebhookAnswer>) {
    this.handle = handle ?? ((webhook) => attaching(server, webhook));
    const { logger, packageName } = server.options;
    if (!verifier) logger.warn(`Webhooks for ${packageName} are not verified: anybody who reaches the address can ask for attaches`);
  }

  async take({ id, timestamp, signatures, body }: Delivery): Promise<Response> {
    const { logger, packageName } = this.server.options;
    const fault = await this.verifier?.check(id, timestamp, signatures, body);
    if (fault) {
      logger.warn(`A webhook was not verified: ${fault}`);
      return problem(401, "Webhook not verified", signatureFaults[fault], { type: `urn:lifecycle:webhook:${fault}` });
    }
    const faults: Faults = {};
    const webhook = parseWebhook(id, body, packageName, faults);
    if (!webhook) return problem(400, "Invalid webhook", undefined, { errors: faults });
    return this.responseTo(this.server.isLeaving ? leaving : await this.server.handling(this.handled(webhook)));
  }

  private async handled(webhook: LifecycleWebhook): Promise<WebhookAnswer> {
    const { logger } = this.server.options;
    try {
      const given = await this.seen.run(webhook.id, async () => checked(await this.handle(webhook)));
      logger.info(`${webhook.type} for ${webhook.sessionId} (${webhook.id}, attempt ${webhook.attempt}) -> ${given.status}`);
      return given;
    } catch (error) {
      if (this.server.isLeaving) return leaving; // since the webhook came: it can begin nothing here
      logger.error(`${webhook.type} for ${webhook.sessionId} failed`, error);
      return { status: 503, detail: "The webhook handler failed" };
    }
  }

  private responseTo(given: WebhookAnswer): Response {
    if (given.status === 202) {
      return given.heldBy === undefined ? { status: 202, headers: {} } : { status: 202, headers: { "x-lifecycle-held-by": given.heldBy }, heldBy: given.heldBy };
    }
    const headers: Record<string, string> = {};
    // So that Lifecycle takes it for no failure of the app, and asks another process soon.
    if (given === leaving) headers["x-lifecycle-leaving"] = this.server.options.instanceId;
    if (given.status === 503 && given.retryAfterSeconds !== undefined) headers["retry-after"] = String(Math.ceil(given.retryAfterSeconds));
    return { ...problem(given.status, given.status === 410 ? "Gone" : "Not now", given.detail), headers };
  }
}

export function problem(status: number, title: string, detail?: string, more: { readonly type?: string; readonly errors?: Faults } = {}): Response {
  return { status, headers: {}, problem: { title, detail, ...more } };
}

/** What a handler of the app's own answered, if it can be said. */
function checked(given: WebhookAnswer): WebhookAnswer {
  if (given.status === 202 && given.heldBy !== undefined && !isId(given.heldBy)) throw new TypeError(`heldBy must be ${idRule}`);
  return given;
}

/**
 * The default: accept at once, attach behind the answer, with the token of a process that leaves if there is one, stop when told. A session
 * to be resurrected that is held here is said to be.
 */
async function attaching(server: Receiver, webhook: LifecycleWebhook): Promise<WebhookAnswer> {
  if (webhook.type === "resurrection_request" && server.comeBack(webhook.sessionId)) return { status: 202, heldBy: server.options.instanceId };
  if (webhook.type === "stop_request") server.find(webhook.sessionId)?.stopped(webhook.reason);
  else server.begin(webhook.sessionId, webhook.takeOverToken);
  return { status: 202 };
}
