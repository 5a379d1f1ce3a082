// The sessions that this tab knows of, and which of them fit a filter.
import { Reading } from "./reading.js";

const fits = (value, pattern) => pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : value === pattern;

/** Whether a row is one of those that the filter asks for. */
export function matcher({ state, package: app, session, blame, since }) {
  const wanted = state && new Set(state.split(","));
  const from = since && Date.parse(since);
  return (row) => (!wanted || wanted.has(row.state)) && (!app || fits(row.packageName, app)) && (!session || fits(row.sessionId, session))
    && (!blame || row.blame === blame) && (!since || Date.parse(row.since) >= from);
}

const pageSize = 500;
const passMs = 15_000;
const livePassMs = 60_000;
export const storedMs = 30_000;
const kept = 10_000;

export const keyOf = (row) => `${row.sessionId}:${row.packageName}`;

// The epoch grows while a session is remembered, and begins anew after that.
const isOlder = (row, other) => row.epoch <= other.epoch && row.since < other.since;
const isSame = (row, other) => row.epoch === other.epoch && row.since === other.since && row.state === other.state;

/**
 * The sessions that this tab knows of. They are read page by page, kept when the filter changes, and corrected by transitions as they happen, so
 * that what is typed takes effect at once; each pass through the API then puts right what was missed.
 */
export class Sessions {
  known = new Map();
  reading = true;
  whole = false;
  error = null;
  at = null;
  #reading;
  #seen = new Set();
  #most = kept;
  #endings;

  /** `changed` is called whenever something is different. `page` reads one page of the API, `live` tells what happens. */
  constructor(changed, page, live, seen) {
    Object.assign(this, { changed, page, live, seen });
    this.#endings = [
      live.subscribe((notes) => { this.hear(notes); changed(); }),
      live.turns("interrupted", () => this.#reading?.hint()),
    ];
  }

  /** Reads those that match, up to so many; and again after a while. */
  read(filter, most) {
    this.#reading?.stop();
    this.#reading = new Reading((signal) => this.#round(filter, most, signal), this.seen);
  }

  async #round(filter, most, signal) {
    Object.assign(this, { reading: true, whole: false });
    try {
      await this.#pass(filter, most, signal);
      Object.assign(this, { error: null, at: new Date().toISOString() });
    } catch (error) {
      if (!signal.aborted) this.error = error;
    }
    if (signal.aborted) return undefined;
    this.reading = false;
    this.changed();
    return this.live.status.state === "live" ? livePassMs : passMs;
  }

  async #pass(filter, most, signal) {
    const began = Date.now();
    const seen = new Set();
    let cursor;
    this.#most = Math.max(kept, most);
    do {
      const data = await this.page({ ...filter, limit: pageSize, cursor }, signal);
      for (const row of data.items) {
        seen.add(keyOf(row));
        this.#take(row);
      }
      cursor = data.next;
      this.changed();
    } while (cursor && seen.size < most);
    this.whole = !cursor;
    if (this.whole) this.#forget(matcher(filter), seen, began);
    this.#seen = seen;
    this.#clear();
  }

  // What was heard a moment ago may be newer than what is stored so far. After that the API is right, whatever clocks say.
  #take(row) {
    const before = this.known.get(keyOf(row));
    if (!(before?.heard > Date.now() - storedMs) || !isOlder(row, before)) this.known.set(keyOf(row), { ...row, key: keyOf(row), heard: before && before.state !== row.state ? Date.now() : before?.heard ?? 0 });
  }

  #forget(matches, seen, began) {
    for (const [key, row] of this.known) if (!seen.has(key) && matches(row) && !(row.heard > began)) this.known.delete(key);
  }

  // A session that stopped is forgotten in time, which nobody tells. Where there are too many to be read whole, the oldest go that the last pass did
  // not find.
  #clear() {
    const many = this.known.size - this.#most;
    if (many <= 0) return;
    const gone = [...this.known.values()].filter((row) => row.state === "STOPPED" && !this.#seen.has(row.key));
    for (const row of gone.sort((a, b) => a.since < b.since ? -1 : 1).slice(0, many)) this.known.delete(row.key);
  }

  // What the API has told already, or something later, is left as it is: a note knows less.
  hear(notes) {
    for (const { at: since, sessionId, packageName, to: state, reason, blame, epoch } of notes) {
      if (!sessionId) continue;
      const row = { sessionId, packageName, state, since, reason, blame, epoch };
      const key = keyOf(row);
      const before = this.known.get(key);
      if (before && (isOlder(row, before) || isSame(row, before))) continue;
      this.known.set(key, { ...before, ...row, key, deadline: undefined, heard: Date.now() });
    }
    if (!this.reading) this.#clear();
  }

  /** Those that match, in an order. */
  select(filter, { id, down }) {
    const rows = [...this.known.values()].filter(matcher(filter));
    const sign = down ? -1 : 1;
    return rows.sort((a, b) => {
      const [x, y] = [a[id] ?? "", b[id] ?? ""];
      return x < y ? -sign : x > y ? sign : a.key < b.key ? -1 : 1;
    });
  }

  close() {
    this.#reading?.stop();
    for (const end of this.#endings) end();
  }
}
