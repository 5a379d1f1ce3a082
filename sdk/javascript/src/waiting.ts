import type { Clock } from "./clock.js";
import type { Remove } from "./handlers.js";
import type { Latch } from "./latch.js";

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

/** Waits, or until one of the promises is settled. Leaves no timer behind. */
export async function sleep(ms: number, ...sooner: Promise<unknown>[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))), ...sooner]);
  clearTimeout(timer);
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
    undo.push(clock.after(ms, done), ...sooner.map((latch) => latch.on(done)));
  });
}
