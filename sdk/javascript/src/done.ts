import type { Done, FailedMessage } from "./wire.js";

/** What one call says, and what is said with it. */
export interface Saying {
  readonly done: Done;
  /** How many messages it tells of. */
  readonly count: number;
  /** There is more to say behind it. */
  readonly isPart: boolean;
  readonly life: number;
}

/**
 * Which of a session's messages are handled, and what Lifecycle knows of that: no clock, no connection. Handlers run in order, so that one
 * number says it all. The numbers outlive connections, and begin anew when the app session does.
 */
export class DoneBook {
  /** So many failures one call tells. */
  static readonly failedAtOnce = 20;
  /** So many are remembered for Lifecycle, the newest; all of them were logged. */
  static readonly failedKept = 100;

  private begunCount = 0;
  private handledSeq: number;
  private baseSeq = 0;
  private toldSeq = 0;
  private failures: FailedMessage[] = [];
  private isGreeted = false;
  private current = 0;

  /** How many messages were handled and not told. */
  untold = 0;

  /** `handled`: the last message that an earlier life of the process has handled, when it is known. */
  constructor(private readonly handled?: number) {
    this.handledSeq = handled ?? 0;
  }

  /** Which life of the app session the numbers are of. */
  get life(): number {
    return this.current;
  }

  /** Every handler of the messages up to it has returned. */
  get seq(): number {
    return this.begunCount === 0 ? Math.max(this.handledSeq, this.baseSeq) : this.handledSeq;
  }

  get hasNews(): boolean {
    return this.seq > this.toldSeq || this.failures.length > 0;
  }

  /** A call would be full. */
  get hasMany(): boolean {
    return this.failures.length >= DoneBook.failedAtOnce;
  }

  /** Something was taken, and Lifecycle does not know that it is handled. */
  get isOpen(): boolean {
    return this.begunCount > 0 || this.hasNews;
  }

  /** Messages behind `seq` come. `isFresh`: the app session began anew, and what was not told of the old life is nobody's business. */
  acked(seq: number, isFresh: boolean): void {
    if (isFresh) {
      this.current++;
      [this.begunCount, this.untold, this.failures] = [0, 0, []];
      [this.handledSeq, this.toldSeq] = [seq, seq];
    } else if (!this.isGreeted && this.handled === undefined) {
      this.toldSeq = seq;
    }
    this.baseSeq = isFresh ? seq : Math.max(this.baseSeq, seq);
    this.isGreeted = true;
  }

  /** A message is in the queue. */
  begun(): void {
    this.begunCount++;
  }

  /** Every handler of a message has returned; with `error`, one of them threw in the end. False: of a life that is over. */
  returned(life: number, seq: number, error?: string): boolean {
    if (life !== this.current) return false;
    this.begunCount--;
    this.untold++;
    this.handledSeq = Math.max(this.handledSeq, seq);
    if (error !== undefined) this.failures = [...this.failures, { seq, error }].slice(-DoneBook.failedKept);
    return true;
  }

  /** Lifecycle sends a message that is handled: it does not know so, whatever it was told. */
  cameAgain(seq: number): void {
    this.toldSeq = Math.min(this.toldSeq, seq - 1);
    this.untold++;
  }

  /** What to say next. Nothing counts as told before `told`. */
  next(isLast: boolean): Saying {
    const failed = this.failures.slice(0, DoneBook.failedAtOnce);
    const isPart = failed.length < this.failures.length;
    const done: Done = {
      seq: isPart ? failed.at(-1)!.seq : this.seq,
      ...(failed.length > 0 ? { failed } : {}),
      ...(isLast && !isPart ? { last: true } : {}),
    };
    return { done, count: isPart ? failed.length : this.untold, isPart, life: this.current };
  }

  /** Lifecycle has taken it. */
  told({ done, count, life }: Saying): void {
    if (life !== this.current) return;
    this.toldSeq = Math.max(this.toldSeq, done.seq);
    this.untold = Math.max(this.untold - count, 0);
    this.failures = this.failures.filter((failure) => !done.failed?.includes(failure));
  }
}
