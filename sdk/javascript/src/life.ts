import type { Attempting } from "./attempt.js";
import { callWithin } from "./calls.js";
import type { Connection, ConnectionEvents } from "./connection.js";
import type { SessionContext } from "./context.js";
import type { AttachOptions, SessionEvents, SessionState } from "./events.js";
import { HandlerQueue, Handlers } from "./handlers.js";
import { HandOver } from "./handover.js";
import { Latch } from "./latch.js";
import { Links } from "./links.js";
import { AttachLoop, type Looping } from "./loop.js";
import { MessageRunner } from "./messages.js";
import { readMove, type MoveOrder } from "./move.js";
import { messageOf, negotiate } from "./negotiate.js";
import { Place } from "./place.js";
import { isAboutToken, type EndReason, type RefusedAttempt } from "./reasons.js";
import { ResumeState } from "./resume.js";
import { Subscriber } from "./subscriber.js";
import { SubscriptionSet } from "./subscriptions.js";
import { DoneTeller } from "./telling.js";
import { deferred } from "./waiting.js";
import { ackOf, wireVersion, type Ack, type AckPayload } from "./wire.js";

/** The inside of an attached session: its connections, where it stands, and what arrives. The outside is `AttachedSession`. */
export class SessionLife {
  readonly ended = new Latch();
  /** Nothing more is handled: it is the successor's. */
  readonly dropping = new Latch();
  readonly queue: HandlerQueue;
  readonly handlers: Handlers<SessionEvents>;
  readonly targets: Handlers<Record<string, unknown>>;
  readonly set = new SubscriptionSet();
  readonly subscriber: Subscriber;
  readonly teller: DoneTeller;
  readonly handOver: HandOver;
  readonly resume: ResumeState;
  readonly links: Links;
  readonly place: Place;
  readonly loop: AttachLoop;
  readonly firstAck = deferred<void>();
  readonly finished = deferred<EndReason>();
  nextAck = deferred<void>();
  lastAck: Ack | undefined;
  end: EndReason | undefined;
  state: SessionState = "attaching";

  private readonly messages: MessageRunner;
  /** What the connection was told while another one was on its way to take its place. */
  private heldEnd: EndReason | undefined;

  constructor(readonly sessionId: string, attach: AttachOptions, readonly context: SessionContext) {
    const { options, clock } = context;
    const failed = (error: unknown): void => options.logger.error(`Session ${sessionId}: a handler failed`, error);
    this.queue = new HandlerQueue(failed);
    this.handlers = new Handlers(this.queue);
    this.targets = new Handlers(this.queue, this.dropping);
    this.resume = ResumeState.of(attach);
    this.teller = new DoneTeller(clock, (text) => this.warn(`Lifecycle could not be told what is done: ${text}`), attach.lastSeq);
    this.messages = new MessageRunner(context, this.queue, this.handlers, this.teller, this, failed);
    this.handOver = new HandOver(clock, {
      teller: this.teller,
      isCurrent: (connection) => this.isCurrent(connection),
      call: (connection, method, ...args) => this.call(connection, method, ...args),
      failed: (text) => this.warn(`a successor could not be sent for: ${text}`),
    });
    this.subscriber = new Subscriber(this.set, options.callTimeoutMs, (error) => {
      this.warn(`its streams could not be put in force: ${messageOf(error)}`);
      this.handlers.raise("refused", { code: "subscriptions_refused", detail: messageOf(error) });
    });
    this.links = new Links(clock);
    this.place = new Place(context.lifecycleUrl);
    this.loop = new AttachLoop(context, this.looping());
  }

  /** Runs the session to its end. */
  async run(): Promise<void> {
    let reason: EndReason;
    try {
      reason = await this.loop.run();
    } catch (error) {
      if (!this.end) this.context.options.logger.error(`Session ${this.sessionId} failed`, error);
      reason = this.end ?? { kind: "faulted", detail: messageOf(error) };
    }
    reason = this.end ??= reason; // a reason that came as a message beats the close that followed it
    this.state = "ended";
    this.ended.set();
    if (this.links.current) await this.drop(this.links.current);
    this.context.options.logger.info(`Session ${this.sessionId} ended: ${reason.kind}`);
    this.handlers.raise("ended", reason);
    this.finished.resolve(reason);
  }

  async finish(reason: EndReason): Promise<EndReason> {
    this.end ??= reason;
    this.ended.set();
    return this.finished.promise;
  }

  requireAttached(): Connection {
    if (this.state === "attached" && this.links.current) return this.links.current;
    throw new Error(`Session ${this.sessionId} is not attached: it is ${this.state}`);
  }

  call(connection: Connection, method: string, ...args: unknown[]): Promise<void> {
    return callWithin(this.context.clock, connection, this.context.options.callTimeoutMs, method, args);
  }

  warn(text: string): void {
    this.context.options.logger.warn(`Session ${this.sessionId}: ${text}`);
  }

  private looping(): Looping {
    const life = this;
    return {
      ended: this.ended,
      get end() {
        return life.end;
      },
      get graceMs() {
        return life.lastAck!.reconnectGraceMs;
      },
      negotiate: (made, signal) => this.negotiate(made, signal, this.place.of(made)),
      connect: (url, accessToken) => this.links.take(this.context.connect(url, accessToken, this.events, this.links.targets)),
      drop: (connection) => this.drop(connection),
      detach: (connection) => this.detach(connection),
      shut: (connection) => this.shut(connection),
      refused: (refusal) => this.refused(refusal),
      ackLate: (waitedMs, waitsOnMs) => this.ackLate(waitedMs, waitsOnMs),
      lost: (error) => this.context.options.logger.info(`Session ${this.sessionId} lost its connection: ${error ?? "closed"}`),
      movingTo: (url) => this.movingTo(url ?? this.place.url),
      moveFailed: (reason) => this.moveFailed(reason),
      leftBehind: (connection, order) => this.leftBehind(connection, order),
    };
  }

  private movingTo(url: string): Attempting {
    const life = this;
    return {
      ended: this.ended,
      get end() {
        return life.end;
      },
      negotiate: (made, signal) => this.negotiate(made, signal, url),
      connect: (address, accessToken) => this.links.takeBeside(this.context.connect(address, accessToken, this.events, this.links.targets), url),
      drop: (connection) => this.drop(connection),
      ackLate: (waitedMs, waitsOnMs) => this.ackLate(waitedMs, waitsOnMs),
    };
  }

  private negotiate(...[made, signal, lifecycleUrl]: [...Parameters<Attempting["negotiate"]>, string]): ReturnType<Attempting["negotiate"]> {
    const { context, resume } = this;
    return negotiate(context.options, resume.request(this.sessionId, context.options), made, signal, { lifecycleUrl, takeOverToken: resume.takeOverToken });
  }

  private refused(refusal: RefusedAttempt): boolean {
    this.warn(`${refusal.code}: ${refusal.detail}`);
    this.handlers.raise("refused", refusal);
    return isAboutToken(refusal) && this.resume.forgetToken(refusal);
  }

  private ackLate(waitedMs: number, waitsOnMs: number): void {
    this.refused({ code: "ack_late", detail: `no ack within ${Math.round(waitedMs)} ms; the connection is kept`, waitsOnMs });
  }

  private moveFailed(reason: string | undefined): void {
    if (this.heldEnd) void this.finish(this.heldEnd);
    if (reason === undefined) return;
    this.place.stays();
    this.warn(`it does not move, and stays where it is: ${reason}`);
  }

  private async leftBehind(connection: Connection, { url }: MoveOrder): Promise<void> {
    try {
      // Or the Lifecycle that is left would start the session again.
      if (url !== undefined) await this.call(connection, "release");
    } catch (error) {
      this.warn(`the Lifecycle that it has left could not be told goodbye: ${messageOf(error)}`);
    }
    await this.shut(connection);
  }

  private async drop(connection: Connection): Promise<void> {
    this.detach(connection);
    await this.links.shut(connection);
  }

  private detach(connection: Connection): void {
    if (!this.links.detach(connection)) return;
    this.teller.detached();
    if (this.state === "attached") this.state = "reconnecting";
  }

  private shut(connection: Connection): Promise<void> {
    return this.links.shut(connection).catch((error: unknown) => this.warn(`a connection that was replaced could not be closed: ${messageOf(error)}`));
  }

  private isCurrent(connection: Connection): boolean {
    return this.links.current === connection && !this.end;
  }

  private onAck(connection: Connection, payload: AckPayload): void {
    const isArriving = this.links.isBeside(connection) && !this.end;
    if (!isArriving && !this.isCurrent(connection)) return;
    if (payload.initWanted) {
      // Lifecycle knows that there is a connection and not which: it greets it by name after this.
      void this.call(connection, "init", { reconnect: this.resume.hint, instanceId: this.context.options.instanceId }).catch((error: unknown) =>
        this.warn(`init failed: ${messageOf(error)}`));
      return;
    }
    const isReconnect = this.state === "reconnecting" || isArriving;
    const ack = (this.lastAck = ackOf(payload));
    this.resume.acked(payload, connection.isAcked);
    this.state = "attached";
    this.set.replace(ack.subscriptions, ack.subscriptionsVersion);
    if (isArriving) this.arrived(this.links.adopt());
    else if (!connection.isAcked) this.arrived();
    this.context.options.logger.info(`Session ${this.sessionId} attached: resumed ${ack.resumed}, epoch ${ack.epoch}`);
    if (isReconnect) this.handlers.raise("reconnected", ack);
    this.nextAck.resolve();
    this.nextAck = deferred();
    this.firstAck.resolve();
    this.greeted(connection, ack);
  }

  private arrived(url?: string): void {
    this.heldEnd = undefined;
    if (url !== undefined) this.loop.adopted();
    if (!this.place.arrived(url)) return;
    this.context.options.logger.info(`Session ${this.sessionId} is at ${this.place.url} from now on`);
    this.context.moved();
  }

  private greeted(connection: Connection, ack: Ack): void {
    const isNew = ack.version >= wireVersion;
    const isFresh = !ack.resumed && !connection.isAcked;
    this.teller.attached(ack.seq, isFresh, isNew ? (done) => this.call(connection, "done", done) : undefined);
    if (!connection.isAcked) this.handOver.attached(connection, isNew);
    void this.subscriber.putWantedInForce(ack, {
      isCurrent: () => this.isCurrent(connection),
      lost: connection.closed,
      call: (method, ...args) => this.call(connection, method, ...args),
    });
  }

  /** A successor is there. What runs comes to its end and is told; the rest is the successor's. */
  private async handedOver(): Promise<void> {
    this.end = { kind: "superseded" };
    this.state = "ended";
    this.dropping.set();
    this.loop.stay();
    this.links.shutBeside();
    await this.queue.drained;
    await this.teller.last();
    this.ended.set();
  }

  private ordered(connection: Connection, order: MoveOrder | string): void {
    if (!this.isCurrent(connection)) return;
    if (typeof order === "string") return this.warn(`an order to move is not followed: ${order}`);
    if (this.loop.isMoving) return;
    this.place.leadsTo(order.url);
    this.loop.moveTo(order);
  }

  private readonly events: ConnectionEvents = {
    ack: (connection, payload) => this.onAck(connection, payload),
    subscriptions: (connection, result) => {
      if (this.isCurrent(connection)) this.set.answered(result);
    },
    message: (connection, message) => {
      if (!this.isCurrent(connection) || !connection.isAcked) return;
      if (this.resume.take(message.seq)) this.messages.take(message);
      // What is sent again because nobody knew whether it had arrived is not handled again, but told again.
      else this.teller.cameAgain(message.seq, message.prompt === true);
    },
    target: (connection, target, argument) => {
      if (this.isCurrent(connection)) this.targets.raise(target.toLowerCase(), argument);
    },
    stop: (connection, reason) => {
      if (this.isCurrent(connection)) this.stopped(reason);
    },
    superseded: (connection, handedOver) => {
      if (!this.isCurrent(connection)) return;
      if (handedOver) void this.handedOver();
      // It is the move of this process that supersedes it, for all that is known; if that fails it was somebody else.
      else if (this.loop.isMoving) this.heldEnd = { kind: "superseded" };
      else void this.finish({ kind: "superseded" });
    },
    // At once, past the queue: a handler that hangs must not keep the answer.
    tell: (connection) => {
      if (this.links.current === connection) void this.teller.now();
    },
    move: (connection, order) => this.ordered(connection, readMove(order, this.place.url)),
  };

  /** Lifecycle orders the session to end, over the connection or by webhook. */
  stopped(reason: string | undefined): void {
    if (this.end) return;
    this.end = { kind: "stopped", ...(reason ? { detail: reason } : {}) };
    this.handlers.raise("stop", reason ?? "");
    this.ended.set();
  }
}
