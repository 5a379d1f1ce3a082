import { HubLink } from "./hublink.js";
import type { MovePayload } from "./move.js";
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
  private readonly link: HubLink;
  private readonly listening = new Set<string>();
  isAcked = false;
  private greeted!: () => void;

  constructor(url: string, accessToken: string, private readonly events: ConnectionEvents, targets: Iterable<string>) {
    this.acked = new Promise((resolve) => (this.greeted = resolve));
    this.link = new HubLink(url, accessToken);
    this.link.on("ack", (ack: AckPayload) => {
      events.ack(this, ack);
      if (ack.initWanted) return;
      this.isAcked = true;
      this.greeted();
    });
    this.link.on("subscriptions", (result: SubscriptionsResult) => events.subscriptions(this, result));
    this.link.on("message", (message: MessagePayload) => events.message(this, message));
    this.link.on("stop", (stop: { reason?: string }) => events.stop(this, stop.reason));
    this.link.on("superseded", (word?: { handedOver?: boolean } | null) => events.superseded(this, word?.handedOver === true));
    this.link.on("tell", () => events.tell(this));
    this.link.on("move", (order?: MovePayload | null) => events.move(this, order ?? {}));
    for (const target of targets) this.listen(target);
  }

  get closed(): Promise<string | undefined> {
    return this.link.closed;
  }

  listen(target: string): void {
    const name = target.toLowerCase();
    if (this.listening.has(name)) return;
    this.listening.add(name);
    this.link.on(target, (argument: unknown) => this.events.target(this, target, argument));
  }

  start(): Promise<void> {
    return this.link.start();
  }

  call(method: string, ...args: unknown[]): Promise<void> {
    return this.link.call(method, ...args);
  }

  stop(): Promise<void> {
    return this.link.stop();
  }
}
