import type { Remove } from "./handlers.js";

/** Time as sessions see it, in milliseconds. The system's; tests have their own. */
export interface Clock {
  /** Since whenever; never goes back. */
  now(): number;
  /** Calls it once, that much later. The answer takes it back. */
  after(ms: number, action: () => void): Remove;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  // A plain timer, which the runtime holds. One behind AbortSignal.timeout is held by its signal alone, and a signal that only
  // AbortSignal.any knows is collected with its timer: what waits for it waits for ever (nodejs/node issue 57736).
  after: (ms, action) => {
    const timer = setTimeout(action, Math.ceil(ms));
    return () => clearTimeout(timer);
  },
};
