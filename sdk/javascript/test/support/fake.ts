import { AppServer, type AppServerOptions } from "../../src/index.js";
import { systemClock, type Clock } from "../../src/clock.js";
import type { Connect, Connection, ConnectionEvents } from "../../src/connection.js";
import type { NegotiateRequest } from "../../src/negotiate.js";
import type { AckPayload } from "../../src/wire.js";
import { quiet } from "./host.js";

/** Lifecycle as one app server sees it, without a network: every negotiate and connection in the hands of the test. */
export class FakeLifecycle {
  readonly negotiations: NegotiateRequest[] = [];
  readonly connections: FakeConnection[] = [];
  readonly calls: string[] = [];
  readonly server: AppServer;
  /** Answers a negotiate call; undefined: redirects. */
  refuse: () => Response | undefined = () => undefined;
  /** What happens on every new connection. */
  connected: (connection: FakeConnection) => void = (connection) => connection.ack();
  /** Whether changes of subscriptions are accepted; otherwise the server's set is `theirs` at version 9. */
  accepts = true;
  /** Why connections from now on are closed while they open. */
  closesAtStart: string | undefined;
  /** Whether those take for ever to stop. */
  stopsHang = false;
  /** How many connections from now on are never opened. */
  hangs = 0;

  private readonly realFetch = globalThis.fetch;

  constructor(options: Partial<AppServerOptions> = {}) {
    globalThis.fetch = (async (_url, init) => {
      this.negotiations.push(JSON.parse(String(init?.body)) as NegotiateRequest);
      return this.refuse() ?? Response.json({ url: "http://fake/client", accessToken: "t" });
    }) as typeof fetch;
    this.server = this.makeServer(systemClock, options);
  }

  makeServer(clock: Clock, options: Partial<AppServerOptions> = {}): AppServer {
    const connect: Connect = (_url, _token, events) => new FakeConnection(this, events);
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
  private starting: Promise<void> = Promise.resolve();
  private greeted!: () => void;
  private end!: (error: string | undefined) => void;

  constructor(private readonly lifecycle: FakeLifecycle, private readonly events: ConnectionEvents) {
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
    this.lifecycle.calls.push([method, ...args.map((arg) => JSON.stringify(arg))].join(" "));
    await Promise.resolve();
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
    this.end(undefined);
  }

  ack(change: AckPayload = {}): void {
    this.events.ack(this, { state: "RUNNING", resumed: false, epoch: 2, token: "token-1", seq: 0, subscriptions: [], subscriptionsVersion: 1, reconnectGraceMs: 1_000, ...change });
    if (change.initWanted) return;
    this.isAcked = true;
    this.greeted();
  }

  message(seq: number, body: unknown): void {
    this.events.message(this, { seq, body });
  }

  superseded(): void {
    this.events.superseded(this);
  }

  close(error?: string): void {
    this.end(error);
  }
}
