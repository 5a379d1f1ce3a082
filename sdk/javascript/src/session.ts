import type { SessionContext } from "./context.js";
import type { AttachOptions, SessionEvents, SessionState } from "./events.js";
import type { Handler, Remove } from "./handlers.js";
import type { Latch } from "./latch.js";
import { SessionLife } from "./life.js";
import { closeMs } from "./links.js";
import { messageOf } from "./negotiate.js";
import type { EndReason } from "./reasons.js";
import type { ChooseSubscriptions } from "./subscriber.js";
import { late, latchOf, pauseFor, waitFor, within } from "./waiting.js";
import { wireVersion, type Ack, type SubscriptionsResult } from "./wire.js";

const reserved = ["ack", "subscriptions", "message", "stop", "superseded", "tell", "move"];

/**
 * One user session that this process is attached to. It survives any number of connections: after a loss it reconnects by itself
 * until it is told not to.
 */
export class AttachedSession {
  private readonly life: SessionLife;
  private releasing = false;

  /** Completes with the first ack, or with the end of a session that never had one. */
  readonly settled: Promise<unknown>;

  constructor(readonly sessionId: string, attach: AttachOptions, private readonly context: SessionContext) {
    this.life = new SessionLife(sessionId, attach, context);
    this.settled = Promise.race([this.life.firstAck.promise, this.life.finished.promise]);
  }

  /** Where the session stands now. */
  get state(): SessionState {
    return this.life.state;
  }

  /** The latest ack, or undefined before the first. */
  get ack(): Ack | undefined {
    return this.life.lastAck;
  }

  /** The base address of the Lifecycle that the session is at: the one in the options, until that one sends it to another. */
  get lifecycleUrl(): string {
    return this.life.place.url;
  }

  /** The server's set of streams as last heard. */
  get subscriptions(): readonly string[] {
    return this.life.set.streams;
  }

  get subscriptionsVersion(): number {
    return this.life.set.version;
  }

  /** Completes when the session has ended; never rejects. */
  get completion(): Promise<EndReason> {
    return this.life.finished.promise;
  }

  /** Completes when every handler that was called so far has returned. */
  get drained(): Promise<void> {
    return this.life.queue.drained;
  }

  /** Handles what happens to the session. Handlers run one at a time, in the order of events. Call the answer to stop. */
  on<K extends keyof SessionEvents>(event: K, handler: Handler<SessionEvents[K]>): Remove {
    return this.life.handlers.on(event, handler);
  }

  /** Handles what publishers send to the app's streams under a target of their choice, with one argument of any JSON. */
  listen(target: string, handler: Handler<unknown>): Remove {
    if (target.trim() === "" || reserved.includes(target.toLowerCase())) {
      throw new TypeError(`Target '${target}' belongs to the Lifecycle protocol, or is empty`);
    }
    this.life.links.listen(target);
    return this.life.targets.on(target.toLowerCase(), handler);
  }

  /**
   * Sets what the app wants after every ack. Without it the set that this process put in force last is put in force again wherever
   * the server's differs.
   */
  chooseSubscriptions(choice: ChooseSubscriptions): void {
    this.life.subscriber.choice = choice;
  }

  /**
   * Replaces the set of streams, naming the version that this side knows. If the server's set has changed meanwhile the answer is not
   * accepted and carries that set. Rejects when the session is not attached, loses its connection, or has no answer in time.
   */
  setSubscriptions(streams: readonly string[]): Promise<SubscriptionsResult> {
    return this.life.subscriber.replace(streams, (method, ...args) => this.life.call(this.life.requireAttached(), method, ...args));
  }

  /**
   * Says goodbye and ends the session: Lifecycle will not start it again. False if it could not be told; then it will ask for the
   * session again after the grace.
   */
  async release(): Promise<boolean> {
    this.releasing = true;
    let told = false;
    try {
      await this.life.call(this.life.requireAttached(), "release");
      told = true;
    } catch (error) {
      this.life.warn(`Lifecycle could not be told goodbye: ${messageOf(error)}`);
    }
    await this.life.finish({ kind: "released" });
    return told;
  }

  /** Closes the connection without a goodbye: to Lifecycle this is a loss, and it will ask for the session again. */
  async close(): Promise<void> {
    const { teller } = this.life;
    if (teller.canTell && teller.book.hasNews) await waitFor(this.context.clock, teller.now(), closeMs);
    await this.life.finish({ kind: "closed" });
  }

  /** The end of a drain: begins nothing more, and leaves when what runs has come to its end; its message is told then, and not left to a successor. */
  async drain(): Promise<void> {
    const { teller, dropping, queue } = this.life;
    if (teller.canTell) {
      dropping.set();
      await queue.drained;
    }
    await this.leave();
  }

  /** Says what is done, and that nothing more will be, and closes. */
  async leave(): Promise<void> {
    const { teller, dropping } = this.life;
    if (teller.canTell) {
      dropping.set();
      await waitFor(this.context.clock, teller.last(), closeMs);
    }
    await this.life.finish({ kind: "closed" });
  }

  /**
   * This process leaves: sends for a successor, and serves the session until that one is there and what runs has come to its end. Completes
   * then, or when the limit is over, or `hurry` is set, or there is nobody to send, since Lifecycle knows nothing of it. A session that was
   * never attached is not waited for, and sends when it is attached after all while others are waited for.
   */
  async handOver(hurry: Latch): Promise<void> {
    const { lastAck: ack, handOver, links, state, finished } = this.life;
    const limitMs = Math.min(this.context.options.handOverLimitMs, ack?.handOverMs ?? Infinity);
    if ((ack && ack.version < wireVersion) || limitMs === 0) return;
    handOver.begin(state === "attached" ? links.current : undefined);
    if (!ack) return;
    await pauseFor(this.context.clock, limitMs, latchOf(finished.promise), hurry, handOver.useless);
  }

  /** Lifecycle orders the session to end, over the connection or by webhook. */
  stopped(reason: string | undefined): void {
    this.life.stopped(reason);
  }

  /** A webhook brought what the session can be taken over with: shown until the next ack. */
  offer(takeOverToken: string): void {
    this.life.resume.offer(takeOverToken);
  }

  /**
   * Lifecycle, which does not see the connection, asked for the session to be resurrected. True when this process holds it: it was
   * attached here, and has neither ended nor been released since. Then it comes back at once: attached, with a new connection that takes
   * the place of the old one; waiting to reconnect, now; and an attempt that hangs is made anew.
   */
  comeBack(): boolean {
    const { lastAck, end, loop } = this.life;
    if (!lastAck || end || this.releasing) return false;
    if (this.state !== "attached") loop.hurry();
    else {
      this.life.warn("Lifecycle does not see its connection, a new one takes its place");
      loop.renew();
    }
    return true;
  }

  /**
   * Lifecycle asked for the session although this process has it: one of the two is wrong about the connection. Waiting to reconnect:
   * do it now. An attempt that hangs: make another. Attached: ask for an ack over the connection, and make a new one if none comes.
   */
  async revive(): Promise<void> {
    const { life, context } = this;
    life.loop.hurry();
    const connection = this.state === "attached" ? life.links.current : undefined;
    if (!connection) return;
    const acked = life.nextAck.promise;
    try {
      await life.call(connection, "init", { reconnect: true, instanceId: context.options.instanceId });
      if ((await within(acked, context.options.callTimeoutMs, late)) === late) throw new Error("no ack after init");
    } catch (error) {
      life.warn(`the connection did not answer, a new one is made: ${messageOf(error)}`);
      await waitFor(context.clock, connection.stop(), closeMs);
    }
  }

  /** Runs the session to its end. */
  run(): Promise<void> {
    return this.life.run();
  }
}
