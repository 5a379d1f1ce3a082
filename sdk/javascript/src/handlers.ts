import type { Latch } from "./latch.js";

/** Takes a handler away again. */
export type Remove = () => void;

export type Handler<T> = (value: T) => void | Promise<void>;

/**
 * Runs handlers one after the other, whatever they handle. What one throws is told and does not stop the next.
 */
export class HandlerQueue {
  private tail: Promise<void> = Promise.resolve();

  constructor(private readonly failed: (error: unknown) => void) {}

  /** Completes when every handler that was queued so far has returned. */
  get drained(): Promise<void> {
    return this.tail;
  }

  post(handler: () => void | Promise<void>): void {
    this.tail = this.tail.then(async () => {
      try {
        await handler();
      } catch (error) {
        this.failed(error);
      }
    });
  }
}

/**
 * An app's handlers by event, run in the order in which things happened. They do not run inside the connection's own callbacks: there, a handler that awaits a hub call would block what it awaits.
 */
export class Handlers<Events> {
  private readonly lists = new Map<keyof Events, Handler<never>[]>();

  /** From `dropping` on none is begun: what waits in the queue is somebody else's. */
  constructor(private readonly queue: HandlerQueue, private readonly dropping?: Latch) {}

  on<K extends keyof Events>(event: K, handler: Handler<Events[K]>): Remove {
    // A wrapper of its own, so that a handler added twice is removed once.
    const entry: Handler<Events[K]> = (value) => handler(value);
    const list = (this.lists.get(event) ?? []) as Handler<Events[K]>[];
    this.lists.set(event, [...list, entry] as Handler<never>[]);
    return () => {
      this.lists.set(event, (this.lists.get(event) ?? []).filter((other) => other !== (entry as unknown)));
    };
  }

  /** Those of an event, as they are now. */
  of<K extends keyof Events>(event: K): readonly Handler<Events[K]>[] {
    return (this.lists.get(event) ?? []) as Handler<Events[K]>[];
  }

  raise<K extends keyof Events>(event: K, value: Events[K]): void {
    for (const handler of this.of(event)) this.queue.post(() => (this.dropping?.isSet ? undefined : handler(value)));
  }
}
