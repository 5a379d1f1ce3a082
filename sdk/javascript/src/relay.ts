import type { SessionContext } from "./context.js";
import { HubLink } from "./hublink.js";
import { failed, maxBody, notJson, tooLarge, type Response, type WebhookIntake } from "./intake.js";
import { Latch } from "./latch.js";
import { closeMs } from "./links.js";
import { messageOf, negotiateRelay } from "./negotiate.js";
import { Opening } from "./opening.js";
import { HubCallError, type RefusedAttempt } from "./reasons.js";
import { ReconnectSchedule, type ReconnectStep } from "./schedule.js";
import { deferred, late, latchOf, pauseFor, waitFor } from "./waiting.js";
import { defaultGraceMs } from "./wire.js";

/** A webhook as it comes over the wire; every field may be missing. */
export interface RelayedWebhook {
  readonly headers?: Readonly<Record<string, string>> | null;
  /** What was signed, as text. */
  readonly body?: string | null;
  /** Shown with the answer. */
  readonly ticket?: string | null;
  /** How long the answer is waited for. */
  readonly withinMs?: number;
}

/** A connection over which webhooks come. */
export interface RelayConnection {
  /** Completes when it is lost or closed, with the error text if there was one. */
  readonly closed: Promise<string | undefined>;
  start(): Promise<void>;
  /** Calls a hub method. Rejects with a HubCallError when Lifecycle answers with an error. */
  call(method: string, argument: object): Promise<void>;
  stop(): Promise<void>;
}

/** Makes connections; tests make their own. */
export type ConnectRelay = (url: string, accessToken: string, received: (connection: RelayConnection, webhook: RelayedWebhook) => void) => RelayConnection;

export const connectRelay: ConnectRelay = (url, accessToken, received) => {
  const link = new HubLink(url, accessToken);
  link.on("webhook", (webhook: RelayedWebhook | null) => received(link, webhook ?? {}));
  return link;
};

const stableMs = 2_000;
/** How long a stop waits for handlers that run and answers that are on their way. */
const stopMs = 5_000;
/** How often it says that it is there, give or take a fifth: what Lifecycle has lost of it, it has again after that. */
const refreshMs = 60_000;

/**
 * This process's connection to one Lifecycle over which webhooks come: opened, kept, and opened again after every loss, whatever the
 * reason. Nothing is final for it: whoever has no connection gets no webhook, and an app may be registered after its processes are up.
 */
export class RelayLink {
  private readonly stopping = new Latch();
  private readonly ended = new Latch();
  /** Lifecycle was told that it leaves, or has no connection of it any more. */
  private readonly left = deferred<void>();
  private readonly answering = new Set<Promise<void>>();
  private readonly running: Promise<void>;
  private lastRefusal: string | undefined;
  /** Whether Lifecycle has heard over the connection of this moment that webhooks are taken. */
  isReady = false;

  constructor(
    private readonly context: SessionContext, private readonly connect: ConnectRelay, readonly lifecycleUrl: string,
    private readonly intake: WebhookIntake, private readonly leaving: Latch,
  ) {
    this.running = this.run();
  }

  /** Says that it leaves, lets what was asked be answered, for at most `stopMs`, closes the connection, and makes no other. May be called again. */
  async stop(): Promise<void> {
    this.stopping.set();
    if (this.isReady) await waitFor(this.context.clock, this.finish(), stopMs);
    this.ended.set();
    await this.running;
  }

  private get isLeaving(): boolean {
    return this.leaving.isSet || this.stopping.isSet;
  }

  private async finish(): Promise<void> {
    await this.left.promise;
    while (this.answering.size > 0) await Promise.all(this.answering);
  }

  private async run(): Promise<void> {
    const { clock, options } = this.context;
    let schedule = ReconnectSchedule.forAttach();
    let [lostAt, flaps] = [clock.now(), 0];
    let refusal: RefusedAttempt | undefined;
    for (;;) {
      const step = this.nextStep(schedule, clock.now() - lostAt, refusal);
      schedule = step.rest;
      await pauseFor(clock, step.delayMs, this.ended, this.leaving, this.stopping);
      // Who leaves and loses its connection is asked no more in any case.
      if (this.ended.isSet || this.isLeaving) return;
      const outcome = await this.attempt(step.budgetMs);
      if (this.ended.isSet) return; // what came of it is no refusal: it was called off
      refusal = "refusal" in outcome ? this.refused(outcome.refusal) : undefined;
      if ("refusal" in outcome) continue;
      flaps = outcome.servedMs >= stableMs ? 0 : flaps + 1;
      lostAt = clock.now();
      schedule = ReconnectSchedule.forReconnect(defaultGraceMs, flaps, options.random);
    }
  }

  private nextStep(schedule: ReconnectSchedule, elapsedMs: number, refusal: RefusedAttempt | undefined): ReconnectStep {
    const { random } = this.context.options;
    return refusal?.code === "service_away" && refusal.retryAfterMs !== undefined
      ? schedule.nextInSlot(elapsedMs, refusal.retryAfterMs, random)
      : schedule.next(elapsedMs, refusal?.retryAfterMs, random);
  }

  /** Negotiates, opens, says that it is ready, and serves until the connection is lost. */
  private async attempt(budgetMs: number | undefined): Promise<{ readonly refusal: RefusedAttempt } | { readonly servedMs: number }> {
    const { clock, options } = this.context;
    const opening = new Opening(clock, Math.min(budgetMs ?? Infinity, options.attemptTimeoutMs), this.ended);
    let connection: RelayConnection | undefined;
    try {
      const outcome = await opening.before(negotiateRelay(options, this.lifecycleUrl, opening.signal));
      if (outcome.kind === "retry") return { refusal: outcome.refusal };
      if (outcome.kind === "refused") return { refusal: { code: outcome.reason.kind, detail: outcome.reason.detail ?? "" } };
      if (outcome.relayed === false) options.logger.warn(`${options.packageName} is not registered with the webhook address relay:, so no webhook comes over its connection until it is`);
      connection = this.connect(outcome.url, outcome.accessToken, (from, webhook) => this.take(from, webhook));
      await opening.before(connection.start());
      await opening.before(connection.call("ready", {}));
      opening.close();
      return { servedMs: await this.serve(connection) };
    } catch (error) {
      if (opening.isOver) return { refusal: { code: "timeout", detail: `no connection within ${Math.round(opening.ageMs)} ms` } };
      return { refusal: { code: error instanceof HubCallError ? error.code : "network", detail: messageOf(error) } };
    } finally {
      opening.close();
      this.isReady = false;
      if (this.isLeaving) this.left.resolve();
      if (connection) await waitFor(clock, connection.stop().catch(() => undefined), closeMs);
    }
  }

  private async serve(connection: RelayConnection): Promise<number> {
    const { clock, options } = this.context;
    const [readyAt, closed] = [clock.now(), latchOf(connection.closed)];
    [this.isReady, this.lastRefusal] = [true, undefined];
    options.logger.info(`Webhooks for ${options.packageName} come over a connection to ${this.lifecycleUrl}`);
    for (let saidSo = false; ; ) {
      await pauseFor(clock, refreshMs * (0.8 + 0.4 * options.random()), closed, this.ended, ...(saidSo ? [] : [this.leaving, this.stopping]));
      if (this.ended.isSet) break;
      if (closed.isSet) {
        if (!this.isLeaving) options.logger.warn(`The connection over which webhooks for ${options.packageName} come is lost; another one is made`);
        break;
      }
      if (saidSo) continue; // once: from then on nobody is to hear that it is ready
      saidSo = this.isLeaving;
      if (!(await this.say(connection, saidSo ? "leaving" : "ready"))) break;
      if (saidSo) this.left.resolve();
    }
    return clock.now() - readyAt;
  }

  /** False when it was not heard: whoever is not heard has no connection, whatever the socket believes. */
  private async say(connection: RelayConnection, word: string): Promise<boolean> {
    const { clock, options } = this.context;
    try {
      const outcome = await waitFor(clock, connection.call(word, {}), options.callTimeoutMs, this.ended);
      if (outcome !== late) return true;
      this.unheard(`no answer within ${options.callTimeoutMs} ms`);
    } catch (error) {
      this.unheard(messageOf(error));
    }
    return false;
  }

  private unheard(error: string): void {
    const { logger, packageName } = this.context.options;
    if (this.isLeaving) logger.info(`Lifecycle does not hear that this process takes no more webhooks for ${packageName}: ${error}`);
    else logger.warn(`Lifecycle does not hear that this process takes webhooks for ${packageName}: ${error}`);
  }

  private take(connection: RelayConnection, webhook: RelayedWebhook): void {
    const answer = this.answer(connection, webhook).finally(() => this.answering.delete(answer));
    this.answering.add(answer);
  }

  private async answer(connection: RelayConnection, webhook: RelayedWebhook): Promise<void> {
    const { clock, options } = this.context;
    const [receivedAt, withinMs] = [clock.now(), webhook.withinMs ?? 0];
    const { status, headers } = await this.taken(webhook);
    if (withinMs > 0 && clock.now() - receivedAt > withinMs) return;
    const answer = { ticket: webhook.ticket, status, ...(Object.keys(headers).length > 0 ? { headers } : {}) };
    try {
      await waitFor(clock, connection.call("answer", answer), options.callTimeoutMs, this.ended);
    } catch (error) {
      // Lifecycle asks again, under the same id, and is answered the same.
      options.logger.info(`A webhook for ${options.packageName} could not be answered: ${messageOf(error)}`);
    }
  }

  /** What fails is answered all the same, or whoever waits takes this process for one that does not answer. */
  private async taken(webhook: RelayedWebhook): Promise<Response> {
    try {
      return await this.read(webhook);
    } catch (error) {
      this.context.options.logger.error(`A webhook for ${this.context.options.packageName} could not be taken; it is answered with a failure`, error);
      return failed;
    }
  }

  /** As an HTTP endpoint would read it. */
  private async read({ headers, body }: RelayedWebhook): Promise<Response> {
    const given = new Headers(headers ?? {});
    if (!/^application\/json\b/i.test(given.get("content-type") ?? "")) return notJson;
    const bytes = new TextEncoder().encode(body ?? "");
    if (bytes.length > maxBody) return tooLarge;
    const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => given.get(name) ?? undefined);
    return this.intake.take({ id, timestamp, signatures, body: bytes });
  }

  /** Told once each time that it changes: it may stay so for days. */
  private refused(refusal: RefusedAttempt): RefusedAttempt {
    const { logger, packageName } = this.context.options;
    if (this.lastRefusal !== refusal.code) {
      logger.warn(`No connection to ${this.lifecycleUrl} over which webhooks for ${packageName} could come: ${refusal.code}, ${refusal.detail}. It is tried again for as long as that takes`);
    }
    this.lastRefusal = refusal.code;
    return refusal;
  }
}
