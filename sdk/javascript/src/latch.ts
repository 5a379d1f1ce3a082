import type { Remove } from "./handlers.js";

/**
 * Something that happens once. Unlike a promise it can be waited for no longer: a promise keeps whoever raced against it until it is
 * settled, and what ends a session is settled at the very end.
 */
export class Latch {
  private readonly listeners = new Set<() => void>();
  private happened = false;

  get isSet(): boolean {
    return this.happened;
  }

  /** How many wait for it. */
  get waiting(): number {
    return this.listeners.size;
  }

  set(): void {
    if (this.happened) return;
    this.happened = true;
    const listeners = [...this.listeners];
    this.listeners.clear();
    listeners.forEach((listener) => listener());
  }

  /** Calls it when it happens; at once when it has. The answer takes it back. */
  on(action: () => void): Remove {
    if (this.happened) {
      action();
      return () => undefined;
    }
    const listener = (): void => action(); // of its own, so that one added twice is removed once
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}
