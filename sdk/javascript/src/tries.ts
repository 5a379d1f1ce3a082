/** What negotiate is told of a try to attach. */
export interface Try {
  /** Which one it is since the last ack, or since the process began to attach: 1 to 1,000,000, where it stays. */
  readonly number: number;
  /** Since then a try got an address from negotiate and could not open the socket there. */
  readonly connectRefused: boolean;
}

const most = 1_000_000;

/**
 * Counts the tries of a session. To Lifecycle a second one is a sign of life: whoever makes one is not dead, whatever keeps it from
 * attaching.
 */
export class Tries {
  private number = 0;
  private refused = false;

  /** Another one begins. */
  next(): Try {
    this.number = Math.min(this.number + 1, most);
    return { number: this.number, connectRefused: this.refused };
  }

  /** The one that is under way has an address, and no socket could be opened there. */
  connectRefused(): void {
    this.refused = true;
  }

  /** It is attached: the next loss begins a count of its own. */
  acked(): void {
    [this.number, this.refused] = [0, false];
  }
}
