import type { SubscriptionsResult } from "./wire.js";
import { deferred, type Deferred } from "./waiting.js";

interface Pending {
  readonly wanted: readonly string[];
  readonly version: number;
  readonly answer: Deferred<SubscriptionsResult>;
}

/** The server's set of streams as last heard, and the one change that may be under way: answers carry no request id. */
export class SubscriptionSet {
  private pending: Pending | undefined;

  streams: readonly string[] = [];
  version = 0;

  /** The ack of a new connection: its set stands, and no answer will come on the old one. */
  replace(streams: readonly string[], version: number): void {
    [this.streams, this.version] = [streams, version];
  }

  begin(wanted: readonly string[]): Pending {
    return (this.pending = { wanted, version: this.version, answer: deferred() });
  }

  end(pending: Pending): void {
    if (this.pending === pending) this.pending = undefined;
  }

  /** An answer came, or an unasked update. An accepted set other than the wanted one answers an earlier change that was given up. */
  answered(result: SubscriptionsResult): void {
    this.replace(result.subscriptions, result.subscriptionsVersion);
    if (this.pending && (!result.accepted || sameSet(this.pending.wanted, result.subscriptions))) this.pending.answer.resolve(result);
  }
}

export function sameSet(one: readonly string[], other: readonly string[]): boolean {
  const set = new Set(one);
  return set.size === new Set(other).size && other.every((name) => set.has(name));
}
