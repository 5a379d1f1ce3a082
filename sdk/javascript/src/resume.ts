import type { AttachOptions } from "./events.js";
import type { NegotiateRequest } from "./negotiate.js";
import type { CheckedOptions } from "./options.js";
import type { RefusedAttempt } from "./reasons.js";
import type { AckPayload } from "./wire.js";

/** What this process knows of a session over its connections, and shows when it comes back. */
export class ResumeState {
  private hasState = false;
  // Not only private to the compiler: a session that is printed must not show it.
  #newest: string | undefined;
  #takeOver: string | undefined;
  private handled = 0;

  static of({ reconnect, lastSeq, takeOverToken }: AttachOptions): ResumeState {
    return new ResumeState(reconnect === undefined ? false : (reconnect ?? undefined), lastSeq, takeOverToken);
  }

  /**
   * `hint`: whether this process still holds the session's state; undefined lets Lifecycle infer. `lastSeq`: the last message that
   * it has handled, when it knows. `takeOverToken`: what a webhook brought to take the session over with.
   */
  constructor(public hint: boolean | undefined, lastSeq?: number, takeOverToken?: string) {
    this.#takeOver = takeOverToken;
    if (lastSeq !== undefined) [this.hasState, this.handled] = [true, lastSeq];
  }

  /** Shown until the next ack. */
  get takeOverToken(): string | undefined {
    return this.#takeOver;
  }

  /** A process leaves, and this one is asked to take the session over from it. */
  offer(takeOverToken: string): void {
    this.#takeOver = takeOverToken;
  }

  /** The last message that was handed to the app; undefined before the first ack. */
  get lastSeq(): number | undefined {
    return this.hasState ? this.handled : undefined;
  }

  /** What is shown in the body of negotiate. One token at a time: who takes over has the newer one. */
  request(sessionId: string, { packageName, instanceId }: CheckedOptions): NegotiateRequest {
    const reconnectToken = this.#takeOver === undefined ? this.#newest : undefined;
    return { sessionId, packageName, instanceId, reconnect: this.hint, reconnectToken, lastSeq: this.lastSeq };
  }

  /** `isRepeat`: it came before on this connection and has the numbers of the attach; what arrived since then was handled. */
  acked(ack: AckPayload, isRepeat: boolean): void {
    // From here on this process holds the session's state.
    this.hasState = true;
    this.hint = true;
    this.#newest = ack.token ?? this.#newest;
    this.#takeOver = undefined;
    this.handled = ack.resumed || isRepeat ? Math.max(this.handled, ack.seq ?? 0) : (ack.seq ?? 0);
  }

  /** Whether a message is a new one; then it counts as handed over. */
  take(seq: number): boolean {
    if (seq <= this.handled) return false;
    this.handled = seq;
    return true;
  }

  /** The token that the refusal is about is spent: hint and instance id have to do. False when there was none. */
  forgetToken({ code }: RefusedAttempt): boolean {
    const isTakeOver = code.startsWith("take_over_");
    const had = (isTakeOver ? this.#takeOver : this.#newest) !== undefined;
    if (isTakeOver) this.#takeOver = undefined;
    else this.#newest = undefined;
    return had;
  }
}
