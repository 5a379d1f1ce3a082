// Reads the API again and again for what is on the screen, sooner when the live stream says that something happened.
import { useEffect, useRef, useState } from "preact/hooks";
import { Live } from "./live.js";
import { Reading } from "./reading.js";
import { call, wanted } from "./api.js";

const livePollMs = 15_000;
const pollMs = 4_000;
const hiddenMs = 60_000;

export const live = new Live(async () => (await call("console/negotiate", { method: "POST" })).data);

/** Listens while the page is seen. */
export function listenWhileSeen() {
  let leaving;
  const seen = () => {
    clearTimeout(leaving);
    if (document.hidden) leaving = setTimeout(() => live.stop(), hiddenMs);
    else live.start();
  };
  document.addEventListener("visibilitychange", seen);
  addEventListener("online", () => live.hurry());
  wanted.subscribe((what) => { if (what === null) live.hurry(); });
  seen();
}

export function useLive() {
  const [status, set] = useState(live.status);
  useEffect(() => {
    set(live.status);
    return live.watch(set);
  }, []);
  return status;
}

/** Hears transitions while the screen is there. */
export function useTransitions(hear) {
  const current = useRef(hear);
  current.current = hear;
  useEffect(() => live.subscribe((notes) => current.current(notes)), []);
}

/**
 * What `load` answers, read again every few seconds; { data, error, at, reload }. `key` names what is loaded: another one begins anew.
 * `touches` says which transitions make it worth reading at once.
 */
export function useLoaded(key, load, touches = () => false) {
  const [state, set] = useState({ key });
  const again = useRef();
  useEffect(() => {
    if (key === null) return;
    const reading = again.current = new Reading(async (signal) => {
      try {
        const data = await load(signal);
        if (!signal.aborted) set({ key, data, at: new Date().toISOString() });
      } catch (error) {
        if (!signal.aborted) set((before) => ({ ...(before.key === key ? before : {}), key, error }));
      }
      return live.status.state === "live" ? livePollMs : pollMs;
    });
    const endings = [
      live.subscribe((notes) => { if (notes.some(touches)) reading.hint(); }),
      live.turns("live", () => reading.hint()),
      wanted.subscribe((what) => { if (what === null) reading.again(); }),
      () => reading.stop(),
    ];
    return () => { for (const end of endings) end(); };
  }, [key]);
  return { ...(state.key === key ? state : { key }), reload: () => again.current?.again() };
}
