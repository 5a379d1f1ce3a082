import type { Clock } from "./clock.js";
import type { Connection } from "./connection.js";
import { Latch } from "./latch.js";
import { messageOf } from "./negotiate.js";
import type { DoneTeller } from "./telling.js";
import { latchOf, pauseFor, waitFor } from "./waiting.js";

const firstPauseMs = 1_000;
const mostPauseMs = 8_000;
/** What is done is said before; where that hangs, the successor is sent for all the same. */
const doneMs = 1_000;

/** What a hand-over needs of its session. */
export interface HandingOver {
  readonly teller: DoneTeller;
  isCurrent(connection: Connection): boolean;
  call(connection: Connection, method: string, ...args: unknown[]): Promise<void>;
  /** It could not be said; it is said again. */
  failed(text: string): void;
}

/** A session's way out of a process that leaves: it sends for a successor, and stays attached and served until that one is there. */
export class HandOver {
  /** Set when there is nobody to send: it is attached to a Lifecycle that knows nothing of handing over. */
  readonly useless = new Latch();

  private isLeaving = false;

  constructor(private readonly clock: Clock, private readonly session: HandingOver) {}

  /** `connection`: the one that the session is attached with, if it is. */
  begin(connection: Connection | undefined): void {
    if (this.isLeaving) return;
    this.isLeaving = true;
    this.session.teller.hasten();
    if (connection) void this.send(connection);
  }

  /** A connection was acked: what was said over the one before may not have arrived. */
  attached(connection: Connection, canHandOver: boolean): void {
    if (!this.isLeaving) return;
    if (canHandOver) void this.send(connection);
    else this.useless.set();
  }

  private async send(connection: Connection): Promise<void> {
    const { session, clock } = this;
    for (let pauseMs = firstPauseMs; session.isCurrent(connection); pauseMs = Math.min(pauseMs * 2, mostPauseMs)) {
      try {
        if (session.teller.book.hasNews) await waitFor(clock, session.teller.now(), doneMs);
        return await session.call(connection, "handOver", {});
      } catch (error) {
        session.failed(messageOf(error));
      }
      await pauseFor(clock, pauseMs, latchOf(connection.closed));
    }
  }
}
