import { AppServer, type AppServerOptions } from "../../src/index.js";
import { systemClock, type Clock } from "../../src/clock.js";
import type { Connect, Connection, ConnectionEvents } from "../../src/connection.js";
import type { MovePayload } from "../../src/move.js";
import type { NegotiateRequest } from "../../src/negotiate.js";
import type { AckPayload, MessagePayload } from "../../src/wire.js";
import { answer } from "./engine.js";
import { quiet } from "./host.js";

/** Lifecycle as one app server sees it, without a network: every negotiate and connection in the hands of the test. */
export class FakeLifecycle {
  readonly negotiations: NegotiateRequest[] = [];
  /** The headers of those, but the key, and where they went. */
  readonly asked: { readonly url: string; readonly headers: Headers }[] = [];
  readonly connections: FakeConnection[] = [];
  readonly calls: string[] = [];
  readonly server: AppServer;
  /** Answers a negotiate call to that address; undefined: redirects. */
  refuse: (url: string) => Response | undefined = () => undefined;
  /** What happens on every new connection. */
  connected: (connection: FakeConnection) => void = (connection) => connection.ack();
  /** Whether changes of subscriptions are accepted; otherwise the server's set is `theirs` at version 9. */
  accepts = true;
  /** Why connections from now on are closed while they open. */
  closesAtStart: string | undefined;
  /** Whether those take for ever to stop. */
  stopsHang = false;
  /** What becomes of a hub call: rejects, or hangs. */
  answers: (method: string) => Promise<void> = () => Promise.resolve();
  /** How many connections from now on are never opened. */
  hangs = 0;

  private readonly realFetch = globalThis.fetch;

  constructor(options: Partial<AppServerOptions> = {}) {
    globalThis.fetch = (async (url, init) => {
      const headers = new Headers(init?.headers);
      headers.delete("x-api-key");
      this.asked.push({ url: String(url), headers });
      this.negotiations.push(JSON.parse(String(init?.body)) as NegotiateRequest);
      return this.refuse(String(url)) ?? answer(200, { url: new URL("/client", String(url)).href, accessToken: "t" });
    }) as typeof fetch;
    this.server = this.makeServer(systemClock, options);
  }

  makeServer(clock: Clock, options: Partial<AppServerOptions> = {}): AppServer {
    const connect: Connect = (url, _token, events) => new FakeConnection(this, events, url);
    const standard = { lifecycleUrl: "http://fake", packageName: "com.example.js", apiKey: "the-api-key", instanceId: "i1", logger: quiet, random: () => 0 };
    return new AppServer({ ...standard, ...options }, connect, clock);
  }

  close(): void {
    globalThis.fetch = this.realFetch;
  }

  get newest(): FakeConnection {
    return this.connections[this.connections.length - 1]!;
  }
}

export class FakeConnection implements Connection {
  readonly acked: Promise<void>;
  readonly closed: Promise<string | undefined>;
  isAcked = false;
  isClosed = false;
  /** What was called on this one. */
  readonly calls: string[] = [];
  private starting: Promise<void> = Promise.resolve();
  private greeted!: () => void;
  private end!: (error: string | undefined) => void;

  constructor(private readonly lifecycle: FakeLifecycle, private readonly events: ConnectionEvents, readonly url: string) {
    this.acked = new Promise((resolve) => (this.greeted = resolve));
    this.closed = new Promise((resolve) => (this.end = resolve));
  }

  listen(): void {
    // Publishers are not part of these tests.
  }

  async start(): Promise<void> {
    if (this.lifecycle.hangs-- > 0) await (this.starting = new Promise<void>(() => undefined));
    if (this.lifecycle.closesAtStart !== undefined) {
      if (this.lifecycle.stopsHang) this.starting = new Promise<void>(() => undefined);
      throw new Error(this.lifecycle.closesAtStart);
    }
    this.lifecycle.connections.push(this);
    await Promise.resolve();
    this.lifecycle.connected(this);
  }

  async call(method: string, ...args: unknown[]): Promise<void> {
    const text = [method, ...args.map((arg) => JSON.stringify(arg))].join(" ");
    this.calls.push(text);
    this.lifecycle.calls.push(text);
    await Promise.resolve();
    await this.lifecycle.answers(method);
    if (method === "setSubscriptions") {
      const [subscriptions, version] = args as [string[], number];
      this.events.subscriptions(this, this.lifecycle.accepts
        ? { accepted: true, subscriptions, subscriptionsVersion: version + 1 }
        : { accepted: false, reason: "version_conflict", subscriptions: ["theirs"], subscriptionsVersion: 9 });
    }
    if (method === "init") this.ack({ resumed: true });
  }

  async stop(): Promise<void> {
    await this.starting; // as the client library does
    this.close();
  }

  ack(change: AckPayload = {}): void {
    this.events.ack(this, { state: "RUNNING", resumed: false, epoch: 2, token: "token-1", seq: 0, subscriptions: [], subscriptionsVersion: 1, reconnectGraceMs: 1_000, ...change });
    if (change.initWanted) return;
    this.isAcked = true;
    this.greeted();
  }

  message(seq: number, body: unknown, more: Partial<MessagePayload> = {}): void {
    this.events.message(this, { seq, body, ...more });
  }

  target(target: string, argument: unknown): void {
    this.events.target(this, target, argument);
  }

  stopped(reason: string): void {
    this.events.stop(this, reason);
  }

  superseded(handedOver = false): void {
    this.events.superseded(this, handedOver);
  }

  tell(): void {
    this.events.tell(this);
  }

  move(order: MovePayload): void {
    this.events.move(this, order);
  }

  close(error?: string): void {
    this.isClosed = true;
    this.end(error);
  }
}
