import type { Clock } from "./clock.js";
import { DoneBook } from "./done.js";
import type { Remove } from "./handlers.js";
import { messageOf } from "./negotiate.js";
import { waitFor } from "./waiting.js";
import type { Done } from "./wire.js";

const restMs = 2_500;
const manyMessages = 32;
const spacingMs = 1_000;
const hastySpacingMs = 200;
/** A call that hangs holds the next one up for so long. */
const holdMs = 1_000;
const firstRetryMs = 2_500;
const mostRetryMs = 60_000;

/** Says `done` over one connection. */
export type Say = (done: Done) => Promise<void>;

/** Tells Lifecycle which messages are handled: in batches, at once where somebody waits, and again over the next connection. */
export class DoneTeller {
  readonly book: DoneBook;
  private say: Say | undefined;
  private timer: Remove | undefined;
  private firstAt = 0;
  private sentAt = -Infinity;
  private retryMs = 0;
  private sending: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private final: Promise<void> | undefined;
  private isUrgent = false;
  private isHasty = false;
  /** Messages in the queue that have come again, because somebody waits for them. */
  private readonly awaited = new Set<number>();

  constructor(private readonly clock: Clock, private readonly failed: (text: string) => void, handled?: number) {
    this.book = new DoneBook(handled);
  }

  /** Whether there is a connection that `done` can be said over, and something to say. */
  get canTell(): boolean {
    return this.say !== undefined && this.book.isOpen;
  }

  /** A connection was acked. `say`: undefined where Lifecycle knows nothing of `done`. */
  attached(seq: number, isFresh: boolean, say: Say | undefined): void {
    this.book.acked(seq, isFresh);
    if (isFresh) this.awaited.clear();
    [this.say, this.retryMs] = [say, 0];
    if (this.isUrgent && this.book.hasNews) void this.now();
    else this.plan();
  }

  detached(): void {
    this.say = undefined;
    this.stopTimer();
  }

  /** From now on every message is told at once: the successor begins where this process ends. */
  hasten(): void {
    this.isHasty = true;
    this.plan();
  }

  /** `isPrompt`: somebody waits for this one. */
  handled(life: number, seq: number, error: string | undefined, isPrompt: boolean): void {
    if (!this.book.returned(life, seq, error)) return;
    this.planFor(this.awaited.delete(seq) || isPrompt);
  }

  /** A message came before: it is not handled again, and where it is handled that is told again. */
  cameAgain(seq: number, isPrompt: boolean): void {
    if (seq > this.book.seq) {
      if (isPrompt) this.awaited.add(seq);
      return;
    }
    this.book.cameAgain(seq);
    this.planFor(isPrompt);
  }

  private planFor(isPrompt: boolean): void {
    if (this.book.untold === 1) this.firstAt = this.clock.now();
    if (isPrompt) void this.now();
    else this.plan();
  }

  /** Says what is done so far, whether or not it is news, behind a call that is under way. Never rejects. */
  now(): Promise<void> {
    this.isUrgent = true; // until it was said, over whatever connection
    return (this.next ??= this.behindCurrent(async () => {
      this.next = undefined;
      await this.send(false);
    }));
  }

  /** Says what is done, and that nothing more will be; once. Never rejects. */
  last(): Promise<void> {
    return (this.final ??= this.behindCurrent(() => this.send(true)));
  }

  private async behindCurrent(send: () => Promise<void>): Promise<void> {
    // Never in the same turn: the one who calls it must have its promise first.
    await (this.sending ? waitFor(this.clock, this.sending, holdMs) : undefined);
    await send();
  }

  private async send(isLast: boolean): Promise<void> {
    this.stopTimer();
    const say = this.say;
    if (!say) return;
    const sending = this.sayAll(say, isLast);
    this.sending = sending;
    await sending;
    if (this.sending === sending) this.sending = undefined;
    this.plan();
  }

  private async sayAll(say: Say, isLast: boolean): Promise<void> {
    try {
      for (let hasMore = true; hasMore; ) {
        const saying = this.book.next(isLast);
        this.sentAt = this.clock.now();
        await say(saying.done);
        this.book.told(saying);
        hasMore = saying.isPart;
      }
      [this.retryMs, this.isUrgent, this.firstAt] = [0, false, this.clock.now()];
    } catch (error) {
      // Nothing is lost: the numbers are said again, here or over the next connection.
      this.retryMs = Math.min(Math.max(this.retryMs * 2, firstRetryMs), mostRetryMs);
      this.failed(messageOf(error));
    }
  }

  private plan(): void {
    if (!this.say || !this.book.hasNews || this.next || this.sending) return;
    this.stopTimer();
    this.timer = this.clock.after(Math.max(this.dueAt() - this.clock.now(), 0), () => void this.send(false));
  }

  private dueAt(): number {
    const spaced = this.sentAt + (this.retryMs || (this.isHasty ? hastySpacingMs : spacingMs));
    const isNow = this.isHasty || this.book.untold >= manyMessages || this.book.hasMany;
    return Math.max(spaced, isNow ? 0 : this.firstAt + restMs);
  }

  private stopTimer(): void {
    this.timer?.();
    this.timer = undefined;
  }
}
