import type { Clock } from "./clock.js";
import type { Remove } from "./handlers.js";
import { Latch } from "./latch.js";

/** A promise with its ends outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

export function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((r) => (resolve = r));
  return { promise, resolve };
}

const latches = new WeakMap<Promise<unknown>, Latch>();

/**
 * Set when the promise is fulfilled; the same one for the same promise. For one that lasts, such as the end of a connection: whoever waits
 * for the promise itself is kept by it until then, also when he has long had what he wanted.
 */
export function latchOf(promise: Promise<unknown>): Latch {
  const known = latches.get(promise);
  if (known) return known;
  const latch = new Latch();
  latches.set(promise, latch);
  void promise.then(() => latch.set());
  return latch;
}

/** The promise's value, or `late` when it takes longer than that. */
export async function within<T, L>(promise: Promise<T>, ms: number, late: L): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await Promise.race([promise, new Promise<L>((resolve) => (timer = setTimeout(() => resolve(late), ms)))]);
  } finally {
    clearTimeout(timer);
  }
}

/** Nothing came in time. */
export const late = Symbol("late");

/** It was called off. */
export const cut = Symbol("cut");

/** The promise's value, or `late` after that time, or `cut` when the latch is set. Leaves neither timer nor listener behind. */
export function waitFor<T>(clock: Clock, promise: Promise<T>, ms: number, unless?: Latch): Promise<T | typeof late | typeof cut> {
  return new Promise((resolve, reject) => {
    const undo: Remove[] = [];
    const done = (settle: () => void): void => {
      undo.forEach((remove) => remove());
      settle();
    };
    promise.then((value) => done(() => resolve(value)), (error: unknown) => done(() => reject(error)));
    undo.push(clock.after(ms, () => done(() => resolve(late))));
    if (unless) undo.push(unless.on(() => done(() => resolve(cut))));
  });
}

/** Waits, or until one of the latches is set. */
export function pauseFor(clock: Clock, ms: number, ...sooner: Latch[]): Promise<void> {
  return new Promise((resolve) => {
    const undo: Remove[] = [];
    const done = (): void => {
      undo.forEach((remove) => remove());
      resolve();
    };
    undo.push(clock.after(ms, done)); // first of all: a latch that is set already calls at once, and takes the timer with it
    sooner.forEach((latch) => undo.push(latch.on(done)));
  });
}

const parts = 4;
const leastLatenessMs = 250;

/**
 * Calls it when this process has run for that time. A machine that stands still for some seconds (its virtual machine is moved, a page that
 * was in the background) lets all its timers fire at once when it goes on, before it has read what had come meanwhile: what is cut then was
 * not slow. So the time is told in parts, and a part that ends late says that the process slept in it: it counts once more, but all of them at
 * most twice. The answer takes it back.
 */
export function afterAwake(clock: Clock, ms: number, action: () => void): Remove {
  const part = ms / parts;
  let [counted, slept, due] = [0, 0, clock.now() + part];
  let undo = next();
  return () => undo();

  function next(): Remove {
    return clock.after(Math.max(0, due - clock.now()), () => {
      const lateness = clock.now() - due;
      // What is a little late makes the next part shorter; only a sleep moves the end.
      if (slept < parts && lateness > leastLatenessMs && lateness > part / 10) [slept, due] = [slept + 1, clock.now() + part];
      else [counted, due] = [counted + 1, due + part];
      if (counted < parts) undo = next();
      else action();
    });
  }
}
