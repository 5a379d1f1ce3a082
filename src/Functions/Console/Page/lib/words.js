// What is shown, in words: states, whose fault something is, and times as people read them.
import { useEffect, useState } from "preact/hooks";

const all = {
  RUNNING: ["Running", "run", "M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Z"],
  GRACE_PERIOD: ["Grace period", "grace", "M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Zm0 1.6v6.8a3.4 3.4 0 0 1 0-6.8Z"],
  DISCONNECTED: ["Disconnected", "lost", "M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Zm0 1.7a3.3 3.3 0 1 1 0 6.6 3.3 3.3 0 0 1 0-6.6Z"],
  STARTING: ["Starting", "start", "M2.5 1 11 6l-8.5 5Z"],
  RESURRECTING: ["Resurrecting", "rise", "M6 .8 11 6.5H8V11H4V6.5H1Z"],
  BACKOFF: ["Backoff", "back", "M2 1h3v10H2ZM7 1h3v10H7Z"],
  DORMANT: ["Dormant", "rest", "M7.5 1A5 5 0 1 0 11 8.2 4 4 0 0 1 7.5 1Z"],
  EVICTED: ["Evicted", "gone", "M2.6 1 6 4.4 9.4 1 11 2.6 7.6 6 11 9.4 9.4 11 6 7.6 2.6 11 1 9.4 4.4 6 1 2.6Z"],
  STOPPING: ["Stopping", "halt", "M1 1h10v10H1Zm1.8 1.8v6.4h6.400V2.8Z"],
  STOPPED: ["Stopped", "off", "M1 1h10v10H1Z"],
  NONE: ["None", "off", "M1 5h10v2H1Z"],
};

export const states = Object.keys(all).filter((name) => name !== "NONE");

export const stateOf = (name) => {
  const [label, tone, path] = all[name] ?? [name ?? "Unknown", "off", all.NONE[2]];
  return { label, tone, path };
};

export const blames = ["app", "network", "signalr", "lifecycle", "platform", "unknown"];

const words = {
  app: "The app server: it is gone, refuses, or asked for it",
  network: "The network between the app server and the SignalR service: both live",
  signalr: "The SignalR service: clients could not open sockets, or it did not do what it was asked",
  lifecycle: "This system: it was away, late or too busy",
  platform: "The platform that runs the user sessions: it asked for it",
  unknown: "There is no evidence",
};

export const blameText = (blame) => words[blame] ?? blame;

/** A reason as words: socket_lost is "socket lost". */
export const reasonText = (reason) => reason ? reason.replaceAll("_", " ") : "";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

export const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The time of today, or with its date. */
export function when(at, full = false) {
  const date = new Date(at);
  return !full && date.toDateString() === new Date().toDateString() ? clock.format(date) : day.format(date);
}

/** The same in UTC, to the millisecond. */
export const absolute = (at) => `${new Date(at).toISOString().replace("T", " ").replace("Z", "")} UTC`;

/** A length of time in its two largest units. */
export function span(ms) {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const s = Math.round(ms / 1000);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min${s % 60 && s < 600 ? ` ${s % 60} s` : ""}`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h${Math.floor(s / 60) % 60 ? ` ${Math.floor(s / 60) % 60} min` : ""}`;
  return `${Math.floor(s / 86_400)} d${Math.floor(s / 3600) % 24 ? ` ${Math.floor(s / 3600) % 24} h` : ""}`;
}

export function ago(at, now) {
  const ms = now - Date.parse(at);
  return ms < 1000 ? "now" : ms < 60_000 ? `${Math.floor(ms / 1000)} s ago` : `${span(ms).replace(/ \d+ s$/, "")} ago`;
}

const listeners = new Set();
let timer;

/** The clock, a second at a time; one timer for all who read it, none for none. */
export function useNow() {
  const [now, set] = useState(Date.now());
  useEffect(() => {
    listeners.add(set);
    timer ??= setInterval(() => { const at = Date.now(); for (const tell of listeners) tell(at); }, 1000);
    return () => {
      listeners.delete(set);
      if (listeners.size === 0) { clearInterval(timer); timer = undefined; }
    };
  }, []);
  return now;
}
