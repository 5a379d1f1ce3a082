import { idRule, isId } from "./wire.js";

/** Where the SDK says what happens. Secrets and tokens never reach it. */
export interface Logger {
  info(text: string): void;
  warn(text: string): void;
  error(text: string, error?: unknown): void;
}

/** How an app server reaches Lifecycle. */
export interface AppServerOptions {
  /** Base address of Lifecycle, such as `http://localhost:7071`; a path prefix is kept. */
  readonly lifecycleUrl: string;
  /** The package this process serves. */
  readonly packageName: string;
  /**
   * The package's API key. Never logged. Absent in a browser, where a server of your own adds it to negotiate, and passes on
   * `x-lifecycle-attempt` and `x-lifecycle-connect-refused`: what the page says of its tries is how Lifecycle knows that it lives.
   */
  readonly apiKey?: string;
  /** Names this process, so it must not outlive the memory in which the sessions are kept. Default: a fresh id. */
  readonly instanceId?: string;
  /** Longest time for one negotiate call and the opening of its connection. Default 10,000. */
  readonly attemptTimeoutMs?: number;
  /** Longest wait for the ack after the connection is open; then the attempt counts as failed. Default 5,000. */
  readonly ackTimeoutMs?: number;
  /** Longest wait for the answer to a hub call. Default 10,000. */
  readonly callTimeoutMs?: number;
  /** How many sessions of this process try to attach at the same time; the others wait for their turn. Default 64. */
  readonly maxAttemptsAtOnce?: number;
  /** Default: warnings and errors to the console. */
  readonly logger?: Logger;
  /** Numbers from 0 to below 1, for jitter. Default: Math.random. */
  readonly random?: () => number;
}

export type CheckedOptions = Required<Omit<AppServerOptions, "apiKey">> & { readonly apiKey: string | undefined };

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
    instanceId: options.instanceId ?? globalThis.crypto.randomUUID(),
    attemptTimeoutMs: options.attemptTimeoutMs ?? 10_000,
    ackTimeoutMs: options.ackTimeoutMs ?? 5_000,
    callTimeoutMs: options.callTimeoutMs ?? 10_000,
    maxAttemptsAtOnce: options.maxAttemptsAtOnce ?? 64,
    logger: options.logger ?? quiet,
    random: options.random ?? Math.random,
  };
  // Whoever prints the options, or a thing that has them, must not show it.
  Object.defineProperty(checked, "apiKey", { enumerable: false });
  const errors = [
    ...(isHttp(checked.lifecycleUrl) ? [] : ["lifecycleUrl must be an absolute http or https address without user, query or fragment"]),
    ...(isId(checked.packageName) ? [] : [`packageName must be ${idRule}`]),
    ...(isId(checked.instanceId) ? [] : [`instanceId must be ${idRule}`]),
    ...(checked.apiKey === undefined || /^[!-~]{1,1024}$/.test(checked.apiKey) ? [] : ["apiKey must be 1 to 1024 visible ASCII characters"]),
    ...(Number.isInteger(checked.maxAttemptsAtOnce) && checked.maxAttemptsAtOnce >= 1 ? [] : ["maxAttemptsAtOnce must be a whole number from 1"]),
    ...(["attemptTimeoutMs", "ackTimeoutMs", "callTimeoutMs"] as const)
      .filter((name) => !(checked[name] >= 100 && checked[name] <= 300_000))
      .map((name) => `${name} must be 100 to 300,000`),
  ];
  if (errors.length > 0) throw new TypeError(`Invalid app server options: ${errors.join("; ")}`);
  return checked;
}

function isHttp(text: string): boolean {
  try {
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) && !url.username && !url.search && !url.hash;
  } catch {
    return false; // not an address at all
  }
}
