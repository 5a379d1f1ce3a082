import { systemClock } from "./clock.js";
import { SubscriptionSet, sameSet } from "./subscriptions.js";
import { late, latchOf, pauseFor, within } from "./waiting.js";
import { isStream, maxStreams, streamRule, type Ack, type SubscriptionsResult } from "./wire.js";

/** Says after every ack which streams the app wants: undefined keeps the server's set, anything else, also none, replaces it. */
export type ChooseSubscriptions = (ack: Ack) => readonly string[] | undefined;

/** Calls a hub method on a connection. */
export type Call = (method: string, ...args: unknown[]) => Promise<void>;

const hasteTries = 3;
const pauseMs = 1_000;

/** A connection that was greeted. */
export interface Attached {
  isCurrent(): boolean;
  readonly lost: Promise<unknown>;
  readonly call: Call;
}

/** Puts the streams that the app wants in force, one change at a time. */
export class Subscriber {
  /** What the app wants after every ack; without it the set that was put in force last is. */
  choice: ChooseSubscriptions | undefined;

  private wanted: readonly string[] | undefined;
  private changes: Promise<unknown> = Promise.resolve();

  constructor(private readonly set: SubscriptionSet, private readonly timeoutMs: number, private readonly failed: (error: unknown) => void) {}

  replace(streams: readonly string[], call: Call): Promise<SubscriptionsResult> {
    const wanted = checkStreams(streams);
    return this.oneAtATime(() => this.put(wanted, call));
  }

  /**
   * After every ack: the server's set stands unless the app wants another one. A conflict brings the newer set to name; what else goes
   * wrong is told and tried again for as long as the connection lasts, for an app that is deaf does not know it.
   */
  putWantedInForce(ack: Ack, on: Attached): Promise<void> {
    return this.oneAtATime(async () => {
      for (let tries = 0; on.isCurrent(); tries++) {
        try {
          const wanted = this.wantedAfter(ack);
          if (!wanted) return;
          if ((await this.put(wanted, on.call)).accepted) return;
        } catch (error) {
          if (on.isCurrent()) this.failed(error);
        }
        if (tries >= hasteTries) await pauseFor(systemClock, pauseMs, latchOf(on.lost));
      }
    });
  }

  private wantedAfter(ack: Ack): readonly string[] | undefined {
    const inForce: Ack = { ...ack, subscriptions: this.set.streams, subscriptionsVersion: this.set.version };
    const chosen = this.choice ? this.choice(inForce) : this.wanted;
    return chosen && !sameSet(chosen, this.set.streams) ? checkStreams(chosen) : undefined;
  }

  private async put(wanted: readonly string[], call: Call): Promise<SubscriptionsResult> {
    const pending = this.set.begin(wanted);
    try {
      await call("setSubscriptions", wanted, pending.version);
      const result = await within(pending.answer.promise, this.timeoutMs, late);
      if (result === late) throw new Error("Lifecycle did not answer setSubscriptions");
      if (result.accepted) this.wanted = wanted;
      return result;
    } finally {
      this.set.end(pending);
    }
  }

  private oneAtATime<T>(change: () => Promise<T>): Promise<T> {
    const result = this.changes.then(change);
    this.changes = result.catch(() => undefined);
    return result;
  }
}

function checkStreams(streams: readonly string[]): readonly string[] {
  const set = [...new Set(streams)];
  if (set.length > maxStreams) throw new TypeError(`At most ${maxStreams} streams`);
  const bad = set.find((stream) => !isStream(stream));
  if (bad !== undefined) throw new TypeError(`'${bad}' is not a stream name: ${streamRule}`);
  return set;
}
