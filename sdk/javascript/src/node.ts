import type { IncomingMessage, ServerResponse } from "node:http";
import { maxBody, notJson, problem, tooLarge, WebhookIntake, type Response } from "./intake.js";
import { type AppServer, type ShutdownMode } from "./server.js";
import { WebhookVerifier } from "./signature.js";
import type { LifecycleWebhook, WebhookAnswer } from "./webhook.js";

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

const signals = ["SIGTERM", "SIGINT"] as const;
const readBefore = "The body was read before it came here, and its bytes were not kept, so its signature cannot be checked";
const readBeforeFix = "Mount webhooks(…) before body parsers such as express.json(), or give its route express.raw({ type: \"application/json\" }), " +
  "or keep the bytes as request.rawBody";
/** Receives Lifecycle's webhooks: verifies, reads, handles each id once, answers. */
export function webhooks(server: AppServer, options: WebhookOptions): RequestHandler {
  const verifier = options.secrets.length > 0 ? new WebhookVerifier(options.secrets, options.nowSeconds) : undefined;
  const intake = new WebhookIntake(server, verifier, options.handle);
  const { logger } = server.options;

  return async (request, response) => {
    try {
      answer(response, await receive(request));
    } catch (error) {
      // The caller hung up in the middle, for the most part: that is no business of the process that others' sessions live in.
      logger.warn(`A webhook could not be received: ${String(error)}`);
      if (!response.headersSent && !response.destroyed) answer(response, problem(400, "Not received"));
    }
  };

  async function receive(request: IncomingMessage): Promise<Response> {
    if (request.method !== "POST") return problem(405, "Method not allowed", "Send POST");
    if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) return notJson;
    const body = await readBody(request);
    if (body === gone) {
      logger.error(`A webhook could not be read. ${readBefore}. ${readBeforeFix}`);
      return problem(500, "Body already read", `${readBefore}. ${readBeforeFix}`, { type: "urn:lifecycle:webhook:body-already-read" });
    }
    if (!body) return tooLarge;
    const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => request.headers[name] as string | undefined);
    return intake.take({ id, timestamp, signatures, body });
  }
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

function answer(response: ServerResponse, { status, headers, problem: said, heldBy }: Response): void {
  if (said) {
    const { title, detail, ...more } = said;
    response.writeHead(status, { ...headers, "content-type": "application/problem+json" }).end(JSON.stringify({ title, status, detail, ...more }));
  } else if (heldBy !== undefined) response.writeHead(status, { ...headers, "content-type": "application/json" }).end(JSON.stringify({ heldBy }));
  else response.writeHead(status, headers).end();
}
