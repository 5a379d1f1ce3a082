import { AppServer, type AppServerOptions } from "../../src/index.js";
import type { Clock } from "../../src/clock.js";
import type { Connection, ConnectionEvents } from "../../src/connection.js";
import type { Random } from "../../src/schedule.js";
import { quiet } from "./host.js";

const itemsOfConnect = 10;
const itemsOfLoss = 5;
const pulseEveryMs = 5_000;
const knownMs = 30_000;

/**
 * Lifecycle with a durable engine that has one queue and so many work items per second. It knows how late it is as the server does: by a
 * pulse that goes through the queue.
 */
export class SlowEngine {
  /** Work items per second. */
  speed = Infinity;
  /** By how much every ack is late besides. */
  delayMs = 0;
  /** False for a server that knows nothing of `ackWithinMs`. */
  promises = true;
  /** What it believes of its lag; undefined: what the pulse shows. */
  believesMs: number | undefined;
  /** So many connections from now on never open, whatever is aborted. */
  hangs = 0;
  /** So many calls of negotiate from now on are never answered. */
  silences = 0;
  /** Opening a connection fails with this; undefined: it opens. */
  openError: string | undefined;
  /** The SignalR service is away, and whoever asks is told to come after so many seconds; undefined: it is there. */
  awaySeconds: number | undefined;
  /** Nobody answers negotiate. */
  isUnreachable = false;
  /** What negotiate was told of the try, `1` or `2 refused`, and when. */
  readonly tries: { readonly said: string; readonly atMs: number }[] = [];
  negotiations = 0;
  busy = 0;
  connected = 0;
  sockets = new Set<Socket>();
  /** Every connection that was opened, in order. */
  readonly opened: Socket[] = [];

  private readonly realFetch = globalThis.fetch;
  private freeAt = 0;
  private pulse = { sentAt: -Infinity, doneAt: -Infinity };
  private answered = { at: -Infinity, lagMs: 0 };

  constructor(readonly clock: Clock, private readonly random: Random) {
    globalThis.fetch = (async (_url, init) => this.negotiate(new Headers(init?.headers))) as typeof fetch;
  }

  makeServer(options: Partial<AppServerOptions> = {}): AppServer {
    return new AppServer(
      { lifecycleUrl: "http://fake", packageName: "p", apiKey: "k", logger: quiet, random: this.random, ...options },
      (_url, _token, events) => new Socket(this, events), this.clock);
  }

  close(): void {
    globalThis.fetch = this.realFetch;
  }

  /** Cuts every connection, and counts anew. */
  cutAll(): void {
    for (const socket of [...this.sockets]) socket.lose();
    [this.negotiations, this.busy, this.connected] = [0, 0, 0];
  }

  work(items: number): number {
    return (this.freeAt = Math.max(this.freeAt, this.clock.now()) + (items / this.speed) * 1_000);
  }

  connect(): number {
    this.connected++;
    return this.work(itemsOfConnect) + this.delayMs - this.clock.now();
  }

  lost(): void {
    this.work(itemsOfLoss);
  }

  private async negotiate(headers: Headers): Promise<Response> {
    const said = [headers.get("x-lifecycle-attempt"), ...(headers.get("x-lifecycle-connect-refused") === "true" ? ["refused"] : [])].join(" ");
    this.tries.push({ said, atMs: this.clock.now() });
    if (this.isUnreachable) throw new TypeError("fetch failed");
    if (this.silences-- > 0) await new Promise(() => undefined);
    this.negotiations++;
    if (this.awaySeconds !== undefined) return answer(503, { type: "urn:lifecycle:problem:service_away" }, this.awaySeconds);
    const lag = this.believesMs ?? this.lag();
    if (this.promises && lag >= 60_000) {
      this.busy++;
      return answer(503, { type: "urn:lifecycle:problem:engine_busy" }, Math.ceil(Math.min(30, lag / 4_000) * (1 + this.random())));
    }
    const ackWithinMs = Math.min(Math.max(2 * lag + 3_000, 5_000), 120_000);
    return answer(200, { url: "http://fake/client", accessToken: "t", ...(this.promises ? { ackWithinMs } : {}) });
  }

  // The last pulse that came back counts for a while; one that is under way has taken at least as long as it was seen to.
  private lag(): number {
    const now = this.clock.now();
    if (now >= this.pulse.doneAt && now - this.pulse.sentAt >= pulseEveryMs) {
      if (Number.isFinite(this.pulse.doneAt)) this.answered = { at: this.pulse.doneAt, lagMs: this.pulse.doneAt - this.pulse.sentAt };
      this.pulse = { sentAt: now, doneAt: this.work(1) + this.delayMs };
    }
    const known = now - this.answered.at <= knownMs ? this.answered.lagMs : 0;
    return Math.max(known, Math.min(now, this.pulse.doneAt) - this.pulse.sentAt);
  }
}

/** What `fetch` answers. */
export function answer(status: number, body: object, retryAfter?: number): Response {
  const headers = new Headers({ "content-type": status === 200 ? "application/json" : "application/problem+json" });
  if (retryAfter !== undefined) headers.set("retry-after", String(retryAfter));
  // Not a real one: reading its body would take a way that the test cannot follow.
  return { ok: status === 200, status, headers, text: async () => JSON.stringify(body) } as Response;
}

export class Socket implements Connection {
  readonly acked: Promise<void>;
  readonly closed: Promise<string | undefined>;
  isAcked = false;
  isLost = false;
  private greeted!: () => void;
  private end!: (error: string | undefined) => void;

  constructor(private readonly engine: SlowEngine, private readonly events: ConnectionEvents) {
    this.acked = new Promise((resolve) => (this.greeted = resolve));
    this.closed = new Promise((resolve) => (this.end = resolve));
  }

  async start(): Promise<void> {
    if (this.engine.openError !== undefined) throw new Error(this.engine.openError);
    if (this.engine.hangs-- > 0) await new Promise(() => undefined);
    this.engine.sockets.add(this);
    this.engine.opened.push(this);
    this.engine.clock.after(this.engine.connect(), () => this.ack());
  }

  lose(error?: string): void {
    if (!this.isLost && this.engine.sockets.delete(this)) this.engine.lost();
    this.isLost = true;
    this.end(error);
  }

  async stop(): Promise<void> {
    this.lose();
  }

  listen(): void {
    // Publishers are not part of these tests.
  }

  async call(): Promise<void> {
    // Nor are hub calls.
  }

  private ack(): void {
    if (this.isLost) return;
    this.events.ack(this, { state: "RUNNING", resumed: true, epoch: 2, token: "t", reconnectGraceMs: 6_000 });
    this.isAcked = true;
    this.greeted();
  }
}
