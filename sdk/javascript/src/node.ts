import type { IncomingMessage, ServerResponse } from "node:http";
import { type AppServer, type ShutdownMode } from "./server.js";
import { WebhookVerifier, type SignatureFault } from "./signature.js";
import { Deduplicator, parseWebhook, type Faults, type LifecycleWebhook, type WebhookAnswer } from "./webhook.js";
import { idRule, isId } from "./wire.js";

export { WebhookVerifier, type SignatureFault } from "./signature.js";
export type { LifecycleWebhook, WebhookAnswer } from "./webhook.js";

/** How webhooks are taken. */
export interface WebhookOptions {
  /** The package's webhook secrets, `whsec_…`: every webhook must be signed with one of them. Empty: signatures are not looked at. */
  readonly secrets: readonly string[];
  /** Decides instead of the default, which attaches and stops. Answer within Lifecycle's timeout (5 s) and attach behind it. */
  readonly handle?: (webhook: LifecycleWebhook) => Promise<WebhookAnswer>;
  /** Seconds since 1970. Default: the system's. */
  readonly nowSeconds?: () => number;
}

/**
 * An Express-style handler; also for plain node:http. Signatures are made over the bytes: mount it before body parsers, or behind one
 * that keeps them, as `rawBody` or as a `body` of bytes or text.
 */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void) => Promise<void>;

const maxBody = 64 * 1024;
const leavingRetrySeconds = 2;
const signals = ["SIGTERM", "SIGINT"] as const;
const readBefore = "The body was read before it came here, and its bytes were not kept, so its signature cannot be checked";
const readBeforeFix = "Mount webhooks(…) before body parsers such as express.json(), or give its route express.raw({ type: \"application/json\" }), " +
  "or keep the bytes as request.rawBody";
const details: Record<SignatureFault, string> = {
  "missing-header": "webhook-id, webhook-timestamp and webhook-signature are required",
  "malformed-timestamp": "webhook-timestamp must be Unix seconds",
  "too-old": "webhook-timestamp is more than 5 minutes ago",
  "too-new": "webhook-timestamp is more than 5 minutes ahead",
  "no-match": "No signature was made with a secret that is valid here",
};

/** Receives Lifecycle's webhooks: verifies, reads, handles each id once, answers. */
export function webhooks(server: AppServer, options: WebhookOptions): RequestHandler {
  const verifier = options.secrets.length > 0 ? new WebhookVerifier(options.secrets, options.nowSeconds) : undefined;
  const handle = options.handle ?? ((webhook) => attaching(server, webhook));
  const seen = new Deduplicator();
  const { logger, packageName } = server.options;
  if (!verifier) logger.warn(`Webhooks for ${packageName} are not verified: anybody who reaches the address can ask for attaches`);

  return async (request, response) => {
    try {
      await receive(request, response);
    } catch (error) {
      // The caller hung up in the middle, for the most part: that is no business of the process that others' sessions live in.
      logger.warn(`A webhook could not be received: ${String(error)}`);
      if (!response.headersSent && !response.destroyed) problem(response, 400, "Not received");
    }
  };

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST") return problem(response, 405, "Method not allowed", "Send POST");
    if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) return problem(response, 415, "Unsupported media type", "Send application/json");
    const body = await readBody(request);
    if (body === gone) {
      logger.error(`A webhook could not be read. ${readBefore}. ${readBeforeFix}`);
      return problem(response, 500, "Body already read", `${readBefore}. ${readBeforeFix}`, { type: "urn:lifecycle:webhook:body-already-read" });
    }
    if (!body) return problem(response, 413, "Too large", `A webhook has at most ${maxBody} bytes`);
    const [id, timestamp, signature] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => request.headers[name] as string | undefined);
    const fault = verifier?.check(id, timestamp, signature, body);
    if (fault) {
      logger.warn(`A webhook was not verified: ${fault}`);
      return problem(response, 401, "Webhook not verified", details[fault], { type: `urn:lifecycle:webhook:${fault}` });
    }
    const faults: Faults = {};
    const webhook = parseWebhook(id, body, packageName, faults);
    if (!webhook) return problem(response, 400, "Invalid webhook", undefined, { errors: faults });
    answer(response, server.isLeaving ? leaving : await server.handling(handled(webhook)), server);
  }

  async function handled(webhook: LifecycleWebhook): Promise<WebhookAnswer> {
    try {
      const given = await seen.run(webhook.id, async () => checked(await handle(webhook)));
      logger.info(`${webhook.type} for ${webhook.sessionId} (${webhook.id}, attempt ${webhook.attempt}) -> ${given.status}`);
      return given;
    } catch (error) {
      if (server.isLeaving) return leaving; // since the webhook came: it can begin nothing here
      logger.error(`${webhook.type} for ${webhook.sessionId} failed`, error);
      return { status: 503, detail: "The webhook handler failed" };
    }
  }
}

/** What a handler of the app's own answered, if it can be said. */
function checked(given: WebhookAnswer): WebhookAnswer {
  if (given.status === 202 && given.heldBy !== undefined && !isId(given.heldBy)) throw new TypeError(`heldBy must be ${idRule}`);
  return given;
}

const leaving: WebhookAnswer = { status: 503, detail: "This process is shutting down", retryAfterSeconds: leavingRetrySeconds };

/**
 * The default: accept at once, attach behind the answer, with the token of a process that leaves if there is one, stop when told. A session
 * to be resurrected that is held here is said to be.
 */
async function attaching(server: AppServer, webhook: LifecycleWebhook): Promise<WebhookAnswer> {
  if (webhook.type === "resurrection_request" && server.comeBack(webhook.sessionId)) return { status: 202, heldBy: server.options.instanceId };
  if (webhook.type === "stop_request") server.find(webhook.sessionId)?.stopped(webhook.reason);
  else server.begin(webhook.sessionId, webhook.takeOverToken);
  return { status: 202 };
}

/**
 * Shuts the app server down when the process is told to end, then calls `then`: to close the HTTP server, which must take webhooks until
 * then, and whatever else keeps the process alive. Without a mode SIGTERM is a hand-over, and SIGINT, as Ctrl-C says it where nobody would
 * take the sessions over, a drain. A second signal makes a drain of a hand-over that is under way; any other is the system's, and ends the
 * process.
 */
export function handleSignals(server: AppServer, then: () => void, mode?: ShutdownMode, limitMs = 5_000): void {
  let isLeaving = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    const chosen = isLeaving ? "drain" : (mode ?? (signal === "SIGTERM" ? "handOver" : "drain"));
    if (chosen !== "handOver") signals.forEach((name) => process.off(name, onSignal));
    const left = server.shutdown(chosen, limitMs);
    if (!isLeaving) void left.then(then);
    isLeaving = true;
  };
  signals.forEach((name) => process.on(name, onSignal));
}

/** Somebody read the body before and kept no bytes of it. */
const gone = Symbol("gone");

/** The bytes as they came; undefined when they are too many. */
async function readBody(request: IncomingMessage): Promise<Buffer | typeof gone | undefined> {
  const { rawBody, body } = request as { rawBody?: unknown; body?: unknown };
  // Some parsers set a body although they leave the stream alone: what is still to be read comes before it.
  const kept = bytesOf(rawBody) ?? (wasRead(request) ? (bytesOf(body) ?? gone) : await readStream(request));
  return kept === gone || (kept && kept.length <= maxBody) ? kept : undefined;
}

// A stream that was read ends at once, like one of an empty body: only this tells them apart.
function wasRead(request: IncomingMessage): boolean {
  return request.readableDidRead || request.readableEnded;
}

function bytesOf(kept: unknown): Buffer | undefined {
  if (typeof kept === "string") return Buffer.from(kept, "utf8");
  return kept instanceof Uint8Array ? Buffer.from(kept.buffer, kept.byteOffset, kept.byteLength) : undefined;
}

async function readStream(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxBody) chunks.push(chunk); // the rest is read and let go, so that the answer can be sent
  }
  return length <= maxBody ? Buffer.concat(chunks) : undefined;
}

function answer(response: ServerResponse, given: WebhookAnswer, server: AppServer): void {
  if (given.status === 202) {
    if (given.heldBy === undefined) response.writeHead(202).end();
    else {
      const headers = { "content-type": "application/json", "x-lifecycle-held-by": given.heldBy };
      response.writeHead(202, headers).end(JSON.stringify({ heldBy: given.heldBy }));
    }
    return;
  }
  // So that Lifecycle takes it for no failure of the app, and asks another process soon.
  if (given === leaving) response.setHeader("x-lifecycle-leaving", server.options.instanceId);
  if (given.status === 503 && given.retryAfterSeconds !== undefined) response.setHeader("retry-after", String(Math.ceil(given.retryAfterSeconds)));
  problem(response, given.status, given.status === 410 ? "Gone" : "Not now", given.detail);
}

function problem(response: ServerResponse, status: number, title: string, detail?: string, more: object = {}): void {
  response.writeHead(status, { "content-type": "application/problem+json" }).end(JSON.stringify({ title, status, detail, ...more }));
}
