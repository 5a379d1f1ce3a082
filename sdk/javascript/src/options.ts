import { keyOf } from "./signing.js";
import type { LifecycleWebhook, WebhookAnswer } from "./webhook.js";
import { idRule, isId, isToken } from "./wire.js";

/** Where the SDK says what happens. Secrets and tokens never reach it. */
export interface Logger {
  info(text: string): void;
  warn(text: string): void;
  error(text: string, error?: unknown): void;
}

/** What becomes of a message whose handler throws. */
export type FailedMessages = "setAside" | "sendAgain";

/** How an app server reaches Lifecycle. */
export interface AppServerOptions {
  /** Base address of Lifecycle, such as `http://localhost:7071`; a path prefix is kept. */
  readonly lifecycleUrl: string;
  /** The package this process serves. */
  readonly packageName: string;
  /**
   * The package's API key. Never logged. Absent in a browser, where a server of your own adds it to negotiate, and passes on
   * `x-lifecycle-attempt` and `x-lifecycle-connect-refused`: what the page says of its tries is how Lifecycle knows that it lives; and
   * `x-lifecycle-version`, or the page is one of version 1 to Lifecycle.
   */
  readonly apiKey?: string;
  /**
   * Whether webhooks come over a connection that this process opens and keeps, as an app wants it that is registered with the webhook
   * address `relay:`: then it needs no address that Lifecycle can reach, and no endpoint. It begins right behind the code that makes the
   * app server, so configure its sessions there. Default: no.
   */
  readonly relay?: boolean;
  /**
   * With `relay`: the package's webhook secrets, `whsec_…`; every webhook must be signed with one of them. Never logged. Default: none, and
   * signatures are not looked at, as in a page, which must not know them.
   */
  readonly webhookSecrets?: readonly string[];
  /** With `relay`: decides instead of the default, which attaches and stops. Answer within Lifecycle's timeout (5 s) and attach behind it. */
  readonly handleWebhook?: (webhook: LifecycleWebhook) => Promise<WebhookAnswer>;
  /** Names this process, so it must not outlive the memory in which the sessions are kept. Default: a fresh id. */
  readonly instanceId?: string;
  /** Longest time for one negotiate call and the opening of its connection, while this process runs. Default 10,000. */
  readonly attemptTimeoutMs?: number;
  /** Longest wait for the ack after the connection is open; then the attempt counts as failed. Default 5,000. */
  readonly ackTimeoutMs?: number;
  /** Longest wait for the answer to a hub call. Default 10,000. */
  readonly callTimeoutMs?: number;
  /**
   * What becomes of a message whose handler throws. `setAside`: Lifecycle is told that it failed, and the next one is handled.
   * `sendAgain`: its handlers run again, after 1 s and after 2 s more, before it is set aside; the messages behind it wait.
   * Default `setAside`.
   */
  readonly failedMessages?: FailedMessages;
  /**
   * How long a process that leaves by `handOver` waits for the successors of its sessions; less where Lifecycle gives less. 0 to 300,000.
   * Default 22,000: with the 5 s of a drain behind it, it fits into the 30 s that Kubernetes gives.
   */
  readonly handOverLimitMs?: number;
  /** How many sessions of this process try to attach at the same time; the others wait for their turn. Default 64. */
  readonly maxAttemptsAtOnce?: number;
  /** Default: warnings and errors to the console. */
  readonly logger?: Logger;
  /** Numbers from 0 to below 1, for jitter. Default: Math.random. */
  readonly random?: () => number;
}

export type CheckedOptions = Required<Omit<AppServerOptions, "apiKey" | "handleWebhook">> & {
  readonly apiKey: string | undefined;
  readonly handleWebhook: AppServerOptions["handleWebhook"];
};

const quiet: Logger = {
  info: () => undefined,
  warn: (text) => console.warn(text),
  error: (text, error) => (error === undefined ? console.error(text) : console.error(text, error)),
};

/** The options with their defaults. Throws a TypeError that names every wrong one and what it must be. */
export function check(options: AppServerOptions): CheckedOptions {
  const checked: CheckedOptions = {
    lifecycleUrl: options.lifecycleUrl,
    packageName: options.packageName,
    apiKey: options.apiKey,
    relay: options.relay ?? false,
    webhookSecrets: options.webhookSecrets ?? [],
    handleWebhook: options.handleWebhook,
    instanceId: options.instanceId ?? globalThis.crypto.randomUUID(),
    attemptTimeoutMs: options.attemptTimeoutMs ?? 10_000,
    ackTimeoutMs: options.ackTimeoutMs ?? 5_000,
    callTimeoutMs: options.callTimeoutMs ?? 10_000,
    failedMessages: options.failedMessages ?? "setAside",
    handOverLimitMs: options.handOverLimitMs ?? 22_000,
    maxAttemptsAtOnce: options.maxAttemptsAtOnce ?? 64,
    logger: options.logger ?? quiet,
    random: options.random ?? Math.random,
  };
  // Whoever prints the options, or a thing that has them, must not show it.
  for (const secret of ["apiKey", "webhookSecrets"]) Object.defineProperty(checked, secret, { enumerable: false });
  const errors = [
    ...(isHttp(checked.lifecycleUrl) ? [] : ["lifecycleUrl must be an absolute http or https address without user, query or fragment"]),
    ...(isId(checked.packageName) ? [] : [`packageName must be ${idRule}`]),
    ...(isId(checked.instanceId) ? [] : [`instanceId must be ${idRule}`]),
    ...(checked.apiKey === undefined || isToken(checked.apiKey) ? [] : ["apiKey must be 1 to 1024 visible ASCII characters"]),
    ...checked.webhookSecrets.flatMap((secret) => secretFault(secret)),
    ...(Number.isInteger(checked.maxAttemptsAtOnce) && checked.maxAttemptsAtOnce >= 1 ? [] : ["maxAttemptsAtOnce must be a whole number from 1"]),
    ...(["setAside", "sendAgain"].includes(checked.failedMessages) ? [] : ["failedMessages must be setAside or sendAgain"]),
    ...(checked.handOverLimitMs >= 0 && checked.handOverLimitMs <= 300_000 ? [] : ["handOverLimitMs must be 0 to 300,000"]),
    ...(["attemptTimeoutMs", "ackTimeoutMs", "callTimeoutMs"] as const)
      .filter((name) => !(checked[name] >= 100 && checked[name] <= 300_000))
      .map((name) => `${name} must be 100 to 300,000`),
  ];
  if (errors.length > 0) throw new TypeError(`Invalid app server options: ${errors.join("; ")}`);
  return checked;
}

function secretFault(secret: string): string[] {
  try {
    keyOf(secret);
    return [];
  } catch (error) {
    return [(error as Error).message]; // never the secret itself
  }
}

export function isHttp(text: string): boolean {
  try {
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) && !url.username && !url.search && !url.hash;
  } catch {
    return false; // not an address at all
  }
}
