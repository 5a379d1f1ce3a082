import type { AckPayload } from "./wire.js";

/** What this process knows of a session over its connections, and shows when it comes back. */
export class ResumeState {
  private hasState = false;
  // Not only private to the compiler: a session that is printed must not show it.
  #newest: string | undefined;
  private handled = 0;

  /**
   * `hint`: whether this process still holds the session's state; undefined lets Lifecycle infer. `lastSeq`: the last message that
   * it has handled, when it knows.
   */
  constructor(public hint: boolean | undefined, lastSeq?: number) {
    if (lastSeq !== undefined) [this.hasState, this.handled] = [true, lastSeq];
  }

  /** The newest reconnect token; good once. */
  get token(): string | undefined {
    return this.#newest;
  }

  /** The last message that was handed to the app; undefined before the first ack. */
  get lastSeq(): number | undefined {
    return this.hasState ? this.handled : undefined;
  }

  /** `isRepeat`: it came before on this connection and has the numbers of the attach; what arrived since then was handled. */
  acked(ack: AckPayload, isRepeat: boolean): void {
    // From here on this process holds the session's state.
    this.hasState = true;
    this.hint = true;
    this.#newest = ack.token ?? this.#newest;
    this.handled = ack.resumed || isRepeat ? Math.max(this.handled, ack.seq ?? 0) : (ack.seq ?? 0);
  }

  /** Whether a message is a new one; then it counts as handed over. */
  take(seq: number): boolean {
    if (seq <= this.handled) return false;
    this.handled = seq;
    return true;
  }

  /** The token is spent or was refused: hint and instance id have to do. False when there was none. */
  forgetToken(): boolean {
    const had = this.#newest !== undefined;
    this.#newest = undefined;
    return had;
  }
}
