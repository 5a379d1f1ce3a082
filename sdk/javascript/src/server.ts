import { systemClock, type Clock } from "./clock.js";
import { connect, type Connect } from "./connection.js";
import type { SessionContext } from "./context.js";
import { EngineOutlook } from "./engine.js";
import { WebhookIntake } from "./intake.js";
import { Latch } from "./latch.js";
import { check, type AppServerOptions, type CheckedOptions } from "./options.js";
import { AttachError } from "./reasons.js";
import type { AttachOptions } from "./events.js";
import { connectRelay, type ConnectRelay } from "./relay.js";
import { RelayLinks } from "./relays.js";
import { WebVerifier } from "./signing.js";
import { AttachedSession } from "./session.js";
import { Turns } from "./turns.js";
import { late, waitFor } from "./waiting.js";
import { idRule, isId, isSeq, isToken, maxSeq } from "./wire.js";

/**
 * How an app server leaves. `handOver`: this process goes, the app stays; every session is served here until another process has taken it
 * over, and what is left at the limit (`handOverLimitMs`), or is at a Lifecycle that knows nothing of it, is drained. `drain`: the
 * connections are closed, and Lifecycle starts the sessions again, elsewhere or here later. `goodbye`: the app is done with its sessions;
 * each is released, and none is started again.
 */
export type ShutdownMode = "handOver" | "drain" | "goodbye";

const goodbyesAtOnce = 16;

/** This process as an app server of one package: it attaches to user sessions and keeps them attached. */
export class AppServer {
  readonly options: CheckedOptions;
  private readonly table = new Map<string, AttachedSession>();
  private readonly configurations: ((session: AttachedSession) => void)[] = [];
  /** All that have not come to their end, also those that a newer one of the same id has followed. */
  private readonly lives = new Set<AttachedSession>();
  private readonly running = new Set<Promise<unknown>>();
  private readonly context: SessionContext;
  private readonly hurried = new Latch();
  private readonly leaving = new Latch();
  private readonly relays: RelayLinks | undefined;
  private lifecycleUrl: string;

  /**
   * Nothing is sent before the first attach, but with `relay`: then the connection for webhooks is opened when the code that runs now has
   * ended. Throws a TypeError when the options are not valid.
   */
  constructor(options: AppServerOptions, connects: Connect = connect, clock: Clock = systemClock, relays: ConnectRelay = connectRelay) {
    this.options = check(options);
    const turns = new Turns(this.options.maxAttemptsAtOnce);
    this.lifecycleUrl = this.options.lifecycleUrl;
    const server = this;
    this.context = {
      options: this.options, connect: connects, turns, engine: new EngineOutlook(clock), clock,
      get lifecycleUrl() {
        return server.lifecycleUrl;
      },
      moved: () => this.followSessions(),
    };
    if (!this.options.relay) return;
    const { webhookSecrets, handleWebhook } = this.options;
    const intake = new WebhookIntake(this, webhookSecrets.length > 0 ? new WebVerifier(webhookSecrets) : undefined, handleWebhook);
    this.relays = new RelayLinks(this.context, relays, intake, this.leaving);
    clock.after(0, () => this.followSessions());
  }

  /**
   * With `relay`: whether Lifecycle has heard that this process takes webhooks over its own connection. One that is not ready gets none;
   * others of the app do.
   */
  get isRelayReady(): boolean {
    return this.relays?.isReady ?? false;
  }

  /** The sessions that have not ended, in no order. */
  get sessions(): readonly AttachedSession[] {
    return [...this.table.values()].filter((session) => session.state !== "ended");
  }

  /** Whether it takes no more webhooks: they are answered with 503, so that Lifecycle asks again later. */
  get isLeaving(): boolean {
    return this.leaving.isSet;
  }

  /** Calls this for every session that begins from now on, before its first connection: to add handlers. */
  configureSessions(configure: (session: AttachedSession) => void): void {
    this.configurations.push(configure);
  }

  /** The session if this process has it and it has not ended. */
  find(sessionId: string): AttachedSession | undefined {
    const session = this.table.get(sessionId);
    return session?.state === "ended" ? undefined : session;
  }

  /**
   * Attaches to a session and waits for the ack, trying until it comes. A session that this process already has is answered as it
   * is. Rejects with an AttachError when Lifecycle's answer was final.
   */
  async attach(sessionId: string, options: AttachOptions = {}): Promise<AttachedSession> {
    const { session } = this.getOrBegin(sessionId, options);
    await session.settled;
    if (!session.ack) throw new AttachError(sessionId, await session.completion);
    return session;
  }

  /**
   * Begins a session that Lifecycle asks for, without waiting; with the token of the webhook, if there is one, to take it over from the
   * process that leaves. One that this process still has proves its connection.
   */
  begin(sessionId: string, takeOverToken?: string): AttachedSession {
    const { session, isNew } = this.getOrBegin(sessionId, takeOverToken === undefined ? {} : { takeOverToken });
    if (!isNew) {
      if (takeOverToken !== undefined) session.offer(takeOverToken);
      void session.revive();
    }
    return session;
  }

  /**
   * For a handler of a `resurrection_request`: Lifecycle does not see the session's connection. Where this process holds the session (it was
   * attached here, and has neither ended nor been released since) it comes back at once, without waiting: with a new connection in the
   * place of the one that it has, or by its next attempt, now. The answer is then `{ status: 202, heldBy: server.options.instanceId }`; the
   * default handler does both. False when the session is not held here, or this process is shutting down: then nothing has happened.
   */
  comeBack(sessionId: string): boolean {
    return !this.leaving.isSet && (this.find(sessionId)?.comeBack() ?? false);
  }

  /** A webhook that is being handled: a shutdown waits for it. */
  async handling<T>(work: Promise<T>): Promise<T> {
    this.running.add(work);
    try {
      return await work;
    } finally {
      this.running.delete(work);
    }
  }

  /** Takes no more webhooks from now on. The first step of `shutdown`; earlier is better. */
  stopTakingWebhooks(): void {
    this.leaving.set();
  }

  /**
   * Leaves: takes no more webhooks, hands every session over, or says goodbye to it, or neither, closes the connections, and lets handlers
   * that run come to their end. `limitMs` is for all but the handing over, whose limit is `handOverLimitMs`. Another call with `drain` or
   * `goodbye` ends the handing over now. False when something was still under way at the limit.
   */
  async shutdown(mode: ShutdownMode = "handOver", limitMs = 5_000): Promise<boolean> {
    this.stopTakingWebhooks();
    const sessions = [...this.lives];
    this.options.logger.info(`Leaving by ${mode} with ${sessions.length} sessions`);
    if (mode === "handOver") await Promise.all(sessions.map((session) => session.handOver(this.hurried)));
    else this.hurried.set();
    if ((await waitFor(this.context.clock, this.leave(mode, sessions), limitMs)) !== late) return true;
    this.options.logger.warn("Handlers or goodbyes were still under way at the limit of the shutdown");
    void Promise.all([...sessions.map((session) => session.leave()), this.relays?.stop()]);
    return false;
  }

  private async leave(mode: ShutdownMode, sessions: readonly AttachedSession[]): Promise<void> {
    // What runs may still need its connection.
    await Promise.all([...this.running, ...sessions.map((session) => session.drained)]);
    for (let i = 0; mode === "goodbye" && i < sessions.length; i += goodbyesAtOnce) {
      await Promise.all(sessions.slice(i, i + goodbyesAtOnce).map((session) => session.release()));
    }
    await Promise.all(sessions.map((session) => session.drain()));
    await Promise.all(sessions.map((session) => session.drained));
    await this.relays?.stop();
  }

  private getOrBegin(sessionId: string, options: AttachOptions): { session: AttachedSession; isNew: boolean } {
    if (!isId(sessionId)) throw new TypeError(`sessionId must be ${idRule}`);
    if (!isSeq(options.lastSeq ?? 0)) throw new TypeError(`lastSeq must be a whole number from 0 to ${maxSeq}`);
    if (options.takeOverToken !== undefined && !isToken(options.takeOverToken)) throw new TypeError("takeOverToken must be 1 to 1,024 visible ASCII characters");
    const known = this.find(sessionId);
    if (known) return { session: known, isNew: false };
    if (this.leaving.isSet) throw new Error("The app server is shutting down");
    const session = new AttachedSession(sessionId, options, this.context);
    this.configurations.forEach((configure) => configure(session));
    options.configure?.(session);
    this.table.set(sessionId, session);
    this.lives.add(session);
    void session.run().then(() => {
      this.lives.delete(session);
      // A newer session of the same id may have taken the place meanwhile.
      if (this.table.get(sessionId) === session) this.table.delete(sessionId);
      this.followSessions();
    });
    return { session, isNew: true };
  }

  /** Where all sessions are, the next one begins. */
  private followSessions(): void {
    const urls = new Set(this.sessions.map((session) => session.lifecycleUrl));
    if (urls.size === 1) this.lifecycleUrl = [...urls][0]!;
    this.relays?.follow(urls.add(this.lifecycleUrl));
  }
}
