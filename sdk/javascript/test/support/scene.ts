import { AppServer, type AppServerOptions, type AttachedSession, type EndKind } from "../../src/index.js";
import type { AckPayload } from "../../src/wire.js";
import { FakeClock } from "./clock.js";
import { FakeLifecycle, type FakeConnection } from "./fake.js";

/** The ack of a Lifecycle that knows what is done, hands sessions over and moves them. */
export const newer: AckPayload = { version: 2, handOverMs: 25_000 };

/** What a shutdown comes to, looked at without waiting. */
export interface Leaving {
  result?: boolean;
  endedAt?: number;
}

/** An app server with a session, in a time and at a Lifecycle that are the test's. */
export class Scene {
  readonly clock = new FakeClock();
  readonly lifecycle = new FakeLifecycle();
  /** What the handlers were called with, in short: `1 body` of a message, the code of a refusal, the kind of the end. */
  readonly events: string[] = [];
  /** The bodies whose handler was called. */
  readonly begun: string[] = [];
  server!: AppServer;
  session!: AttachedSession;

  private readonly handlers = new Map<string, () => void>();

  /** Attaches, by an ack that all later connections get as well. A handler of a body `long…` runs until `finish`. */
  async attach(ack: AckPayload = newer, options: Partial<AppServerOptions> = {}): Promise<void> {
    this.lifecycle.connected = (connection) => connection.ack(ack);
    this.server = this.lifecycle.makeServer(this.clock, options);
    this.server.configureSessions((session) => {
      session.on("message", ({ seq, body }) => this.handle(seq, String(body)));
      session.on("reconnected", ({ resumed }) => void this.events.push(resumed ? "reconnected" : "fresh"));
      session.on("refused", ({ code }) => void this.events.push(code));
      session.on("ended", ({ kind }) => void this.events.push(kind));
    });
    this.session = await this.begin("s1");
  }

  async begin(sessionId: string): Promise<AttachedSession> {
    this.server.attach(sessionId).catch(() => undefined);
    const session = this.server.find(sessionId)!;
    await this.clock.run(0);
    return session;
  }

  close(): void {
    this.lifecycle.close();
  }

  get first(): FakeConnection {
    return this.lifecycle.connections[0]!;
  }

  get newest(): FakeConnection {
    return this.lifecycle.newest;
  }

  /** The hosts that negotiate was asked at. */
  get places(): string[] {
    return this.lifecycle.asked.map(({ url }) => new URL(url).host);
  }

  /** Messages with these bodies, from number 1. */
  async send(...bodies: string[]): Promise<void> {
    bodies.forEach((body, index) => this.newest.message(index + 1, body));
    await this.clock.run(0);
  }

  async finish(body: string): Promise<void> {
    this.handlers.get(body)!();
    await this.clock.run(0);
  }

  async leave(...args: Parameters<AppServer["shutdown"]>): Promise<Leaving> {
    const leaving: Leaving = {};
    void this.server.shutdown(...args).then((result) => Object.assign(leaving, { result, endedAt: this.clock.now() }));
    await this.clock.run(0);
    return leaving;
  }

  async superseded(connection: FakeConnection, handedOver = true): Promise<void> {
    connection.superseded(handedOver);
    await this.clock.run(0);
  }

  async lose(connection: FakeConnection, error?: string): Promise<void> {
    connection.close(error);
    await this.clock.run(0);
  }

  async move(connection: FakeConnection, order: object): Promise<void> {
    connection.move(order);
    await this.clock.run(0);
  }

  async ack(connection: FakeConnection, change: AckPayload = {}): Promise<void> {
    connection.ack({ ...newer, resumed: true, ...change });
    await this.clock.run(0);
  }

  async endOf(ended: AttachedSession = this.session): Promise<EndKind | undefined> {
    let kind: EndKind | undefined;
    void ended.completion.then((reason) => (kind = reason.kind));
    await this.clock.run(0);
    return kind;
  }

  private handle(seq: number, body: string): Promise<void> | void {
    this.events.push(`${seq} ${body}`);
    this.begun.push(body);
    if (body.startsWith("long")) return new Promise<void>((resolve) => void this.handlers.set(body, resolve));
    if (body === "bad") throw new Error("bad");
  }
}
