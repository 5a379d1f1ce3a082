import { createHmac } from "node:crypto";
import { AppServer, type AppServerOptions, type LifecycleWebhook, type WebhookAnswer } from "../../src/index.js";
import type { ConnectRelay, RelayConnection, RelayedWebhook } from "../../src/relay.js";
import { FakeClock } from "./clock.js";
import { answer } from "./engine.js";
import { quiet, secret } from "./host.js";

export const packageName = "com.example.js";

export interface RelayAnswer {
  readonly ticket: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An app server whose webhooks come over connections of its own, in a time that is the test's, and the Lifecycle side of them. */
export class RelayScene {
  readonly clock = new FakeClock();
  readonly negotiations: { readonly at: number; readonly url: string; readonly body: unknown }[] = [];
  readonly sockets: FakeRelay[] = [];
  readonly handled: LifecycleWebhook[] = [];
  /** Warnings. */
  readonly logged: string[] = [];
  readonly errors: string[] = [];
  readonly server: AppServer;
  /** Answers negotiate; undefined: redirects. */
  refuse: () => Response | undefined = () => undefined;
  /** What becomes of a hub call: rejects, or hangs. */
  answers: (method: string) => Promise<void> = () => Promise.resolve();
  /** What the handler answers. */
  handle: (webhook: LifecycleWebhook) => Promise<WebhookAnswer> = () => Promise.resolve({ status: 202 });
  private readonly realFetch = globalThis.fetch;

  constructor(options: Partial<AppServerOptions> = {}) {
    globalThis.fetch = (async (url, init) => {
      this.negotiations.push({ at: this.clock.now(), url: String(url), body: JSON.parse(String(init?.body)) });
      return this.refuse() ?? answer(200, { url: "http://fake/client", accessToken: "t", relayed: true });
    }) as typeof fetch;
    const logger = { ...quiet, warn: (text: string) => void this.logged.push(text), error: (text: string) => void this.errors.push(text) };
    const relays: ConnectRelay = (_url, _token, received) => new FakeRelay(this, received);
    this.server = new AppServer({
      lifecycleUrl: "http://fake", packageName, apiKey: "k", instanceId: "i1", logger, random: () => 0.5, relay: true, webhookSecrets: [secret],
      handleWebhook: async (webhook) => {
        this.handled.push(webhook);
        return this.handle(webhook);
      },
      ...options,
    }, undefined, this.clock, relays);
  }

  get newest(): FakeRelay {
    return this.sockets[this.sockets.length - 1]!;
  }

  close(): void {
    globalThis.fetch = this.realFetch;
  }

  /** A signed webhook as it comes over the wire. */
  signed(id = "w1", change: { sent?: string; session?: string; type?: string; at?: number; key?: string } = {}): RelayedWebhook {
    const body = JSON.stringify({ type: change.type ?? "session_request", sessionId: change.session ?? "s1", packageName });
    const timestamp = String(Math.floor((change.at ?? Date.now()) / 1_000));
    const key = Buffer.from((change.key ?? secret).slice("whsec_".length), "base64");
    const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
    const headers = { "content-type": "application/json", "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
    return { headers, body: change.sent ?? body, ticket: `ticket-${id}`, withinMs: 5_000 };
  }

  /** Sends it over the newest connection, and lets it be handled. */
  async send(webhook: RelayedWebhook): Promise<RelayAnswer | undefined> {
    const before = this.newest.answers.length;
    this.newest.send(webhook);
    // The signature is checked by the runtime, in a time of its own.
    for (let looks = 0; looks < 50 && this.newest.answers.length === before; looks++) await new Promise((resolve) => setTimeout(resolve, 1));
    return this.newest.answers[before];
  }
}

export class FakeRelay implements RelayConnection {
  readonly closed: Promise<string | undefined>;
  readonly calls: { readonly at: number; readonly method: string }[] = [];
  readonly answers: RelayAnswer[] = [];
  isClosed = false;
  private end!: (error: string | undefined) => void;

  constructor(private readonly scene: RelayScene, private readonly received: (connection: RelayConnection, webhook: RelayedWebhook) => void) {
    this.closed = new Promise((resolve) => (this.end = resolve));
  }

  get words(): readonly string[] {
    return this.calls.map(({ method }) => method);
  }

  async start(): Promise<void> {
    this.scene.sockets.push(this);
    await Promise.resolve();
  }

  async call(method: string, argument: object): Promise<void> {
    this.calls.push({ at: this.scene.clock.now(), method });
    if (method === "answer") this.answers.push(argument as RelayAnswer);
    await this.scene.answers(method);
  }

  send(webhook: RelayedWebhook): void {
    this.received(this, webhook);
  }

  cut(error?: string): void {
    this.isClosed = true;
    this.end(error);
  }

  async stop(): Promise<void> {
    this.cut();
    await Promise.resolve();
  }
}
