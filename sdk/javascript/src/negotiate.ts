import { AckWait } from "./ackwait.js";
import type { CheckedOptions } from "./options.js";
import { endOfProblem, isTokenProblem, type EndReason, type RefusedAttempt } from "./reasons.js";
import type { Try } from "./tries.js";
import { wireVersion } from "./wire.js";

/** What a process says of itself; absent fields are left out. */
export interface NegotiateRequest {
  readonly sessionId: string;
  readonly packageName: string;
  readonly instanceId: string;
  readonly reconnect: boolean | undefined;
  readonly reconnectToken: string | undefined;
  readonly lastSeq: number | undefined;
}

/** Where to, and what is shown there besides. */
export interface Shown {
  /** Default: the address in the options. */
  readonly lifecycleUrl?: string;
  readonly takeOverToken?: string | undefined;
}

/** What a negotiate call came to: connect there with that token, not now, or never. */
export type NegotiateOutcome =
  | { readonly kind: "redirect"; readonly url: string; readonly accessToken: string; readonly ackWithinMs?: number; readonly relayed?: boolean }
  | { readonly kind: "retry"; readonly refusal: RefusedAttempt }
  | { readonly kind: "refused"; readonly reason: EndReason };

const problemPrefix = "urn:lifecycle:problem:";
const takeNobodyNow = ["engine_busy", "service_away"];
const maxDetail = 300;

type Json = Record<string, unknown>;

/** One call of `POST /api/negotiate`. Network errors are an outcome; only the signal makes it throw. */
export function negotiate(
  options: CheckedOptions, request: NegotiateRequest, made: Try, signal: AbortSignal, shown: Shown = {},
): Promise<NegotiateOutcome> {
  const lifecycleUrl = shown.lifecycleUrl ?? options.lifecycleUrl;
  return post(options, addressOf(lifecycleUrl, "/api/negotiate"), request, headersOf(made, lifecycleUrl, shown.takeOverToken), signal);
}

/** The same of `POST /api/relay/negotiate`: where to connect for webhooks. */
export function negotiateRelay(options: CheckedOptions, lifecycleUrl: string, signal: AbortSignal): Promise<NegotiateOutcome> {
  const { packageName, instanceId } = options;
  return post(options, addressOf(lifecycleUrl, "/api/relay/negotiate"), { packageName, instanceId }, {}, signal);
}

function addressOf(lifecycleUrl: string, path: string): string {
  return lifecycleUrl.replace(/\/+$/, "") + path;
}

async function post(options: CheckedOptions, url: string, body: object, headers: Record<string, string>, signal: AbortSignal): Promise<NegotiateOutcome> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        ...(options.apiKey === undefined ? {} : { "x-api-key": options.apiKey }),
        ...headers,
      },
      body: JSON.stringify(body),
      // The key goes to the configured address only, and to where that one sends its sessions.
      redirect: "error",
      signal,
    });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "retry", refusal: { code: "network", detail: `negotiate: ${messageOf(error)}` } };
  }
  return read(response, parse(text));
}

/**
 * Not in the body: a Lifecycle that knows nothing of these would refuse that for good, and every session would end. Nor to the server of
 * another origin than the page's: a browser asks it first whether it allows these headers, and it may never have heard of them.
 */
function headersOf(made: Try, lifecycleUrl: string, takeOverToken: string | undefined): Record<string, string> {
  const page = (globalThis as { location?: { origin: string } }).location;
  if (page && new URL(lifecycleUrl).origin !== page.origin) return {};
  return {
    "x-lifecycle-version": String(wireVersion),
    "x-lifecycle-attempt": String(made.number),
    ...(made.connectRefused ? { "x-lifecycle-connect-refused": "true" } : {}),
    ...(takeOverToken === undefined ? {} : { "x-lifecycle-take-over-token": takeOverToken }),
  };
}

/** Not cut within a pair of surrogates: half of one is no text. */
export function clip(text: string, most: number): string {
  return text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
}

function read(response: Response, answer: Json): NegotiateOutcome {
  if (response.ok) {
    const { url, accessToken, relayed } = answer;
    return typeof url === "string" && /^https?:\/\//.test(url) && typeof accessToken === "string" && accessToken.length > 0
      ? { kind: "redirect", url, accessToken, ...ackWithin(answer), ...(typeof relayed === "boolean" ? { relayed } : {}) }
      : { kind: "retry", refusal: { code: `http_${response.status}`, detail: "negotiate answered without a usable url and accessToken" } };
  }
  const said = textOf(answer, "detail") ?? textOf(answer, "title");
  const detail = said === undefined ? undefined : clip(said, maxDetail);
  // Only Lifecycle speaks problem+json. A bare 403 or 404 comes from a gateway, or from a host that is still loading its routes, in
  // the very minutes in which sessions must not be given up.
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json") ?? false;
  const type = isProblem ? textOf(answer, "type") : undefined;
  const code = type?.startsWith(problemPrefix) ? type.slice(problemPrefix.length) : undefined;
  if (isTokenProblem(code)) return { kind: "retry", refusal: { code, detail: detail ?? "the token is not good" } };
  const reason = isProblem ? endOfProblem(response.status, detail) : undefined;
  if (reason) return { kind: "refused", reason };
  const retryAfterMs = retryAfter(response.headers.get("retry-after"));
  return {
    kind: "retry",
    refusal: {
      code: response.status === 503 && code !== undefined && takeNobodyNow.includes(code) ? code : `http_${response.status}`,
      detail: `negotiate answered ${response.status}${detail ? `: ${detail}` : ""}`,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  };
}

// What a server of a later version may say beyond the range is cut to it; what is no number is not said.
function ackWithin({ ackWithinMs }: Json): { ackWithinMs?: number } {
  return typeof ackWithinMs === "number" && ackWithinMs > 0 ? { ackWithinMs: Math.min(ackWithinMs, AckWait.mostMs) } : {};
}

function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return wait > 0 ? wait : undefined;
}

function parse(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Json) : {};
  } catch {
    return {}; // the status alone decides then
  }
}

function textOf(answer: Json, name: string): string | undefined {
  const value = answer[name];
  return typeof value === "string" && value.length > 0 ? value : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? (error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message) : String(error);
}
