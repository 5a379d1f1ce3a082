import { callWithin } from "./calls.js";
import type { Connection, ConnectionEvents } from "./connection.js";
import type { SessionContext } from "./context.js";
import type { SessionEvents, SessionState } from "./events.js";
import { HandlerQueue, Handlers, type Handler, type Remove } from "./handlers.js";
import { Latch } from "./latch.js";
import { AttachLoop, type Looping } from "./loop.js";
import { messageOf, negotiate, type NegotiateRequest } from "./negotiate.js";
import type { CheckedOptions } from "./options.js";
import { isAboutToken, type EndReason, type RefusedAttempt } from "./reasons.js";
import { ResumeState } from "./resume.js";
import { Subscriber, type Call, type ChooseSubscriptions } from "./subscriber.js";
import { SubscriptionSet } from "./subscriptions.js";
import { deferred, late, waitFor, within } from "./waiting.js";
import { ackOf, type Ack, type AckPayload, type SubscriptionsResult } from "./wire.js";

const closeMs = 1_000;
const reserved = ["ack", "subscriptions", "message", "stop", "superseded"];

/**
 * One user session that this process is attached to. It survives any number of connections: after a loss it reconnects by itself
 * until it is told not to.
 */
export class AttachedSession {
  private readonly queue: HandlerQueue;
  private readonly handlers: Handlers<SessionEvents>;
  private readonly targets: Handlers<Record<string, unknown>>;
  private readonly targetNames = new Map<string, string>();
  private readonly resume: ResumeState;
  private readonly set = new SubscriptionSet();
  private readonly subscriber: Subscriber;
  private readonly firstAck = deferred<void>();
  private readonly finished = deferred<EndReason>();
  private readonly ended = new Latch();
  private readonly loop: AttachLoop;
  private readonly options: CheckedOptions;
  private nextAck = deferred<void>();
  private connection: Connection | undefined;
  private lastAck: Ack | undefined;
  private end: EndReason | undefined;
  private current: SessionState = "attaching";
  private releasing = false;

  /** Completes with the first ack, or with the end of a session that never had one. */
  readonly settled: Promise<unknown>;

  constructor(readonly sessionId: string, hint: boolean | undefined, lastSeq: number | undefined, private readonly context: SessionContext) {
    const options = (this.options = context.options);
    this.queue = new HandlerQueue((error) => options.logger.error(`Session ${sessionId}: a handler failed`, error));
    this.handlers = new Handlers(this.queue);
    this.targets = new Handlers(this.queue);
    this.resume = new ResumeState(hint, lastSeq);
    this.subscriber = new Subscriber(this.set, options.callTimeoutMs, (error) => {
      options.logger.warn(`Session ${sessionId}: its streams could not be put in force: ${messageOf(error)}`);
      this.handlers.raise("refused", { code: "subscriptions_refused", detail: messageOf(error) });
    });
    this.settled = Promise.race([this.firstAck.promise, this.finished.promise]);
    this.loop = new AttachLoop(context, this.looping());
  }

  /** Where the session stands now. */
  get state(): SessionState {
    return this.current;
  }

  /** The latest ack, or undefined before the first. */
  get ack(): Ack | undefined {
    return this.lastAck;
  }

  /** The server's set of streams as last heard. */
  get subscriptions(): readonly string[] {
    return this.set.streams;
  }

  get subscriptionsVersion(): number {
    return this.set.version;
  }

  /** Completes when the session has ended; never rejects. */
  get completion(): Promise<EndReason> {
    return this.finished.promise;
  }

  /** Completes when every handler that was called so far has returned. */
  get drained(): Promise<void> {
    return this.queue.drained;
  }

  /** Handles what happens to the session. Handlers run one at a time, in the order of events. Call the answer to stop. */
  on<K extends keyof SessionEvents>(event: K, handler: Handler<SessionEvents[K]>): Remove {
    return this.handlers.on(event, handler);
  }

  /** Handles what publishers send to the app's streams under a target of their choice, with one argument of any JSON. */
  listen(target: string, handler: Handler<unknown>): Remove {
    if (target.trim() === "" || reserved.includes(target.toLowerCase())) {
      throw new TypeError(`Target '${target}' belongs to the Lifecycle protocol, or is empty`);
    }
    this.targetNames.set(target.toLowerCase(), target);
    this.connection?.listen(target);
    return this.targets.on(target.toLowerCase(), handler);
  }

  /**
   * Sets what the app wants after every ack. Without it the set that this process put in force last is put in force again wherever
   * the server's differs.
   */
  chooseSubscriptions(choice: ChooseSubscriptions): void {
    this.subscriber.choice = choice;
  }

  /**
   * Replaces the set of streams, naming the version that this side knows. If the server's set has changed meanwhile the answer is not
   * accepted and carries that set. Rejects when the session is not attached, loses its connection, or has no answer in time.
   */
  setSubscriptions(streams: readonly string[]): Promise<SubscriptionsResult> {
    return this.subscriber.replace(streams, (method, ...args) => this.call(this.requireAttached(), method, ...args));
  }

  /**
   * Says goodbye and ends the session: Lifecycle will not start it again. False if it could not be told; then it will ask for the
   * session again after the grace.
   */
  async release(): Promise<boolean> {
    this.releasing = true;
    let told = false;
    try {
      await this.call(this.requireAttached(), "release");
      told = true;
    } catch (error) {
      this.options.logger.warn(`Session ${this.sessionId}: Lifecycle could not be told goodbye: ${messageOf(error)}`);
    }
    await this.finish({ kind: "released" });
    return told;
  }

  /** Closes the connection without a goodbye: to Lifecycle this is a loss, and it will ask for the session again. */
  async close(): Promise<void> {
    await this.finish({ kind: "closed" });
  }

  /** Lifecycle orders the session to end, over the connection or by webhook. */
  stopped(reason: string | undefined): void {
    if (this.end) return;
    this.end = { kind: "stopped", ...(reason ? { detail: reason } : {}) };
    this.handlers.raise("stop", reason ?? "");
    this.ended.set();
  }

  /**
   * Lifecycle, which does not see the connection, asked for the session to be resurrected. True when this process holds it: it was
   * attached here, and has neither ended nor been released since. Then it comes back at once: attached, with a new connection that takes
   * the place of the old one; waiting to reconnect, now; and an attempt that hangs is made anew.
   */
  comeBack(): boolean {
    if (!this.lastAck || this.end || this.releasing) return false;
    if (this.current !== "attached") this.loop.hurry();
    else {
      this.options.logger.warn(`Session ${this.sessionId}: Lifecycle does not see its connection, a new one takes its place`);
      this.loop.renew();
    }
    return true;
  }

  /**
   * Lifecycle asked for the session although this process has it: one of the two is wrong about the connection. Waiting to reconnect:
   * do it now. An attempt that hangs: make another. Attached: ask for an ack over the connection, and make a new one if none comes.
   */
  async revive(): Promise<void> {
    this.loop.hurry();
    const connection = this.current === "attached" ? this.connection : undefined;
    if (!connection) return;
    const acked = this.nextAck.promise;
    try {
      await this.call(connection, "init", { reconnect: true, instanceId: this.options.instanceId });
      if ((await within(acked, this.options.callTimeoutMs, late)) === late) throw new Error("no ack after init");
    } catch (error) {
      this.options.logger.warn(`Session ${this.sessionId}: the connection did not answer, a new one is made: ${messageOf(error)}`);
      await waitFor(this.context.clock, connection.stop(), closeMs);
    }
  }

  /** Runs the session to its end. */
  async run(): Promise<void> {
    let reason: EndReason;
    try {
      reason = await this.loop.run();
    } catch (error) {
      if (!this.end) this.options.logger.error(`Session ${this.sessionId} failed`, error);
      reason = this.end ?? { kind: "faulted", detail: messageOf(error) };
    }
    reason = this.end ??= reason; // a reason that came as a message beats the close that followed it
    this.current = "ended";
    const connection = this.connection;
    this.connection = undefined;
    this.ended.set();
    if (connection) await waitFor(this.context.clock, connection.stop(), closeMs);
    this.options.logger.info(`Session ${this.sessionId} ended: ${reason.kind}`);
    this.handlers.raise("ended", reason);
    this.finished.resolve(reason);
  }

  private looping(): Looping {
    const session = this;
    return {
      ended: this.ended,
      get end() {
        return session.end;
      },
      get graceMs() {
        return session.lastAck!.reconnectGraceMs;
      },
      negotiate: (made, signal) => negotiate(this.options, this.request(), made, signal),
      connect: (url, accessToken) => (this.connection = this.context.connect(url, accessToken, this.events, this.targetNames.values())),
      drop: (connection) => this.drop(connection),
      detach: (connection) => this.detach(connection),
      shut: (connection) => this.shut(connection).catch((error: unknown) =>
        this.options.logger.warn(`Session ${this.sessionId}: a connection that was replaced could not be closed: ${messageOf(error)}`)),
      refused: (refusal) => this.refused(refusal),
      ackLate: (waitedMs, waitsOnMs) => {
        this.refused({ code: "ack_late", detail: `no ack within ${Math.round(waitedMs)} ms; the connection is kept`, waitsOnMs });
      },
      lost: (error) => this.options.logger.info(`Session ${this.sessionId} lost its connection: ${error ?? "closed"}`),
    };
  }

  private refused(refusal: RefusedAttempt): boolean {
    this.options.logger.warn(`Session ${this.sessionId}: ${refusal.code}: ${refusal.detail}`);
    this.handlers.raise("refused", refusal);
    return isAboutToken(refusal) && this.resume.forgetToken();
  }

  private request(): NegotiateRequest {
    return {
      sessionId: this.sessionId,
      packageName: this.options.packageName,
      instanceId: this.options.instanceId,
      reconnect: this.resume.hint,
      reconnectToken: this.resume.token,
      lastSeq: this.resume.lastSeq,
    };
  }

  private async drop(connection: Connection): Promise<void> {
    this.detach(connection);
    await this.shut(connection);
  }

  private detach(connection: Connection): void {
    if (this.connection === connection) this.connection = undefined;
    if (this.current === "attached") this.current = "reconnecting";
  }

  private async shut(connection: Connection): Promise<void> {
    // A start that hangs holds its stop up; it is closed behind the next attempt, and the newer connection wins.
    await waitFor(this.context.clock, connection.stop(), closeMs);
  }

  private async finish(reason: EndReason): Promise<EndReason> {
    this.end ??= reason;
    this.ended.set();
    return this.finished.promise;
  }

  private isCurrent(connection: Connection): boolean {
    return this.connection === connection && !this.end;
  }

  private requireAttached(): Connection {
    if (this.current === "attached" && this.connection) return this.connection;
    throw new Error(`Session ${this.sessionId} is not attached: it is ${this.current}`);
  }

  private call(connection: Connection, method: string, ...args: unknown[]): Promise<void> {
    return callWithin(connection, this.options.callTimeoutMs, method, args);
  }

  private onAck(connection: Connection, payload: AckPayload): void {
    if (!this.isCurrent(connection)) return;
    if (payload.initWanted) {
      // Lifecycle knows that there is a connection and not which: it greets it by name after this.
      void this.call(connection, "init", { reconnect: this.resume.hint, instanceId: this.options.instanceId }).catch((error: unknown) =>
        this.options.logger.warn(`Session ${this.sessionId}: init failed: ${messageOf(error)}`));
      return;
    }
    const isReconnect = this.current === "reconnecting";
    const ack = (this.lastAck = ackOf(payload));
    this.resume.acked(payload, connection.isAcked);
    this.current = "attached";
    this.set.replace(ack.subscriptions, ack.subscriptionsVersion);
    this.options.logger.info(`Session ${this.sessionId} attached: resumed ${ack.resumed}, epoch ${ack.epoch}`);
    if (isReconnect) this.handlers.raise("reconnected", ack);
    this.nextAck.resolve();
    this.nextAck = deferred();
    this.firstAck.resolve();
    void this.subscriber.putWantedInForce(
      ack, { isCurrent: () => this.isCurrent(connection), lost: connection.closed, call: this.callOn(connection) });
  }

  private callOn(connection: Connection): Call {
    return (method, ...args) => this.call(connection, method, ...args);
  }

  private readonly events: ConnectionEvents = {
    ack: (connection, payload) => this.onAck(connection, payload),
    subscriptions: (connection, result) => {
      if (this.isCurrent(connection)) this.set.answered(result);
    },
    message: (connection, message) => {
      // What was sent again because nobody knew whether it had arrived is dropped here.
      if (this.isCurrent(connection) && connection.isAcked && this.resume.take(message.seq)) this.handlers.raise("message", message);
    },
    target: (connection, target, argument) => {
      if (this.isCurrent(connection)) this.targets.raise(target.toLowerCase(), argument);
    },
    stop: (connection, reason) => {
      if (this.isCurrent(connection)) this.stopped(reason);
    },
    superseded: (connection) => {
      if (this.isCurrent(connection)) void this.finish({ kind: "superseded" });
    },
  };
}
