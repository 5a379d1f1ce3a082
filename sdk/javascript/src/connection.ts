import { HttpTransportType, HubConnectionBuilder, LogLevel, type HubConnection } from "@microsoft/signalr";
import type { MovePayload } from "./move.js";
import { HubCallError } from "./reasons.js";
import type { AckPayload, MessagePayload, SubscriptionsResult } from "./wire.js";

/** What a connection reports to its session, in the order of the wire. */
export interface ConnectionEvents {
  ack(connection: Connection, ack: AckPayload): void;
  subscriptions(connection: Connection, result: SubscriptionsResult): void;
  message(connection: Connection, message: MessagePayload): void;
  target(connection: Connection, target: string, argument: unknown): void;
  stop(connection: Connection, reason: string | undefined): void;
  /** `handedOver`: a successor is there, and this connection stays open until the client has said what is done. */
  superseded(connection: Connection, handedOver: boolean): void;
  /** Lifecycle asks what is done so far. */
  tell(connection: Connection): void;
  /** Lifecycle sends the session to a new connection, here or elsewhere. */
  move(connection: Connection, order: MovePayload): void;
}

interface Reply {
  readonly ok?: boolean;
  readonly error?: { readonly code?: string; readonly message?: string } | null;
}

/** One negotiated connection, used once: opened, listened to, closed. */
export interface Connection {
  /** Completes with the first ack. */
  readonly acked: Promise<void>;
  readonly isAcked: boolean;
  /** Completes when an opened connection is lost, with the error text if there was one. */
  readonly closed: Promise<string | undefined>;
  listen(target: string): void;
  start(): Promise<void>;
  /** Calls a hub method. Rejects with a HubCallError when Lifecycle answers with an error. */
  call(method: string, ...args: unknown[]): Promise<void>;
  stop(): Promise<void>;
}

/** Makes connections; tests make their own. */
export type Connect = (url: string, accessToken: string, events: ConnectionEvents, targets: Iterable<string>) => Connection;

export const connect: Connect = (url, accessToken, events, targets) => new SignalRConnection(url, accessToken, events, targets);

class SignalRConnection implements Connection {
  readonly acked: Promise<void>;
  readonly closed: Promise<string | undefined>;
  private readonly hub: HubConnection;
  private readonly listening = new Set<string>();
  isAcked = false;
  private greeted!: () => void;
  private ended!: (error: string | undefined) => void;

  constructor(url: string, accessToken: string, private readonly events: ConnectionEvents, targets: Iterable<string>) {
    this.acked = new Promise((resolve) => (this.greeted = resolve));
    this.closed = new Promise((resolve) => (this.ended = resolve));
    // No withAutomaticReconnect: it would come back with the old access token and without the reconnect hint and token, and it knows
    // nothing of the grace window. Coming back means a new negotiate, so the session does it.
    this.hub = new HubConnectionBuilder()
      .withUrl(url, { accessTokenFactory: () => accessToken, transport: HttpTransportType.WebSockets })
      .configureLogging(LogLevel.None)
      .build();
    // Before the start: the ack may be the first thing on the wire.
    this.hub.on("ack", (ack: AckPayload) => {
      events.ack(this, ack);
      if (ack.initWanted) return;
      this.isAcked = true;
      this.greeted();
    });
    this.hub.on("subscriptions", (result: SubscriptionsResult) => events.subscriptions(this, result));
    this.hub.on("message", (message: MessagePayload) => events.message(this, message));
    this.hub.on("stop", (stop: { reason?: string }) => events.stop(this, stop.reason));
    this.hub.on("superseded", (word?: { handedOver?: boolean } | null) => events.superseded(this, word?.handedOver === true));
    this.hub.on("tell", () => events.tell(this));
    this.hub.on("move", (order?: MovePayload | null) => events.move(this, order ?? {}));
    for (const target of targets) this.listen(target);
    this.hub.onclose((error) => this.ended(error?.message));
  }

  listen(target: string): void {
    const name = target.toLowerCase();
    if (this.listening.has(name)) return;
    this.listening.add(name);
    this.hub.on(target, (argument: unknown) => this.events.target(this, target, argument));
  }

  start(): Promise<void> {
    return this.hub.start();
  }

  async call(method: string, ...args: unknown[]): Promise<void> {
    const reply = await this.hub.invoke<Reply | null>(method, ...args);
    if (!reply?.ok) throw new HubCallError(method, reply?.error?.code ?? "unknown", reply?.error?.message);
  }

  async stop(): Promise<void> {
    await this.hub.stop();
    this.ended(undefined);
  }
}
