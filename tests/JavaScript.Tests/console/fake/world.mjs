// What the fake API knows: a fleet at 3 a.m., the same each time. Ten thousand sessions if wanted, one app down, one that loops.
const second = 1_000;
const minute = 60 * second;

/** All times hang on this one, so that a screenshot is the same tomorrow. */
export const night = Date.parse("2026-03-12T02:07:30Z");

const names = ["com.example.notes", "com.example.mail", "com.example.captions", "com.example.translate", "com.example.camera", "com.example.music", "com.example.maps", "com.example.tasks", "org.sample.weather", "org.sample.chess"];
const down = "com.example.captions";
const loops = "org.sample.chess";

// How many a bulk action means: nobody is told before its end.
const total = Symbol("total");

// Small numbers that look drawn and are the same each time.
const drawn = (n) => ((n * 2654435761) >>> 0) / 2 ** 32;

export class World {
  constructor({ sessions = 240, now = night, mostRows = 10_000, mostApps = 200 } = {}) {
    Object.assign(this, { now, mostRows, mostApps });
    this.sessions = new Map();
    this.bulk = new Map();
    for (let n = 0; n < sessions; n++) this.add(this.#make(n));
  }

  at(msAgo) { return new Date(this.now - msAgo).toISOString(); }

  add(row) { this.sessions.set(`${row.sessionId}:${row.packageName}`, row); }

  #make(n) {
    const share = drawn(n + 1);
    const app = share < 0.62 ? names[Math.floor(share * 8)] : names[Math.floor(drawn(n + 7) * names.length)];
    const sessionId = `user-${String(n).padStart(5, "0")}`;
    const row = { sessionId, packageName: app, state: "RUNNING", since: this.at(minute * (3 + Math.floor(drawn(n) * 900))), reason: "connect", blame: "platform", epoch: 1 + Math.floor(drawn(n + 3) * 9), instanceId: `i-${(n % 37).toString(36)}${(n % 11).toString(36)}` };
    const luck = drawn(n * 31 + 5);
    if (app === down && luck < 0.8) {
      return { ...row, ...(luck < 0.1 ? { state: "EVICTED", reason: "horizon_over", blame: "app", since: this.at(3 * minute) }
        : luck < 0.25 ? { state: "RESURRECTING", reason: "attempt_begins", blame: "app", since: this.at(4 * second), attempt: 6 }
        : { state: "BACKOFF", reason: "app_awaited", blame: "app", since: this.at(luck * 13 * minute), deadline: this.at(-luck * 90 * second), attempt: 5 }) };
    }
    if (app === loops && luck < 0.5) return { ...row, state: "BACKOFF", reason: "crash_loop", blame: "app", since: this.at(luck * 100 * second), deadline: this.at(-luck * 240 * second), attempt: 3 };
    if (luck < 0.01) return { ...row, state: "GRACE_PERIOD", reason: "socket_lost", blame: "unknown", since: this.at(3 * second), deadline: this.at(-3 * second) };
    if (luck < 0.02) return { ...row, state: "STARTING", reason: "start_requested", blame: "platform", since: this.at(2 * second), attempt: 1 };
    if (luck < 0.03) return { ...row, state: "DORMANT", reason: "user_away", blame: "platform", since: this.at(40 * minute) };
    if (luck < 0.035) return { ...row, state: "STOPPED", reason: "app_closed", blame: "platform", since: this.at(50 * second) };
    if (luck < 0.2) return { ...row, reason: "reconnect", blame: luck < 0.1 ? "network" : "signalr" };
    return row;
  }

  /** Moves a session, and answers the transition that the stream tells. */
  move(key, to, reason, blame) {
    const row = this.sessions.get(key);
    const note = { at: new Date(this.now).toISOString(), sessionId: row.sessionId, packageName: row.packageName, from: row.state, to, reason, blame, epoch: row.epoch + 1 };
    Object.assign(row, { state: to, since: note.at, reason, blame, epoch: note.epoch, deadline: undefined });
    return note;
  }

  #count(rows) {
    const byState = {};
    for (const row of rows) byState[row.state] = (byState[row.state] ?? 0) + 1;
    return byState;
  }

  #matching({ state, package: app, session, blame, since }) {
    const wanted = state && new Set(Array.isArray(state) ? state : state.split(","));
    const fits = (value, pattern) => !pattern || (pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : value === pattern);
    return [...this.sessions.values()].filter((row) => (!wanted || wanted.has(row.state)) && fits(row.packageName, app) && fits(row.sessionId, session) && (!blame || row.blame === blame) && (!since || row.since >= since));
  }

  // A page looks at so many rows at most, whether they fit or not.
  list({ cursor, limit = 50, ...filter }) {
    const all = [...this.sessions.values()];
    const fits = new Set(this.#matching(filter));
    const items = [];
    let at = Number(cursor ?? 0);
    const end = Math.min(all.length, at + this.mostRows);
    const from = at;
    for (; at < end && items.length < Number(limit); at++) if (fits.has(all[at])) items.push(all[at]);
    return { items, looked: at - from, next: at < all.length ? `${at}` : undefined };
  }

  #incidents() {
    return {
      [down]: { id: "inc-7c1f", cause: "unreachable", beganAt: this.at(13 * minute), openedAt: this.at(12.6 * minute), ownerToldAt: this.at(12 * minute), evicted: 4, evictedFor: "horizon_over", probes: 17, lastOutcome: "http_503" },
      [loops]: { id: "inc-90aa", cause: "crash_loop", beganAt: this.at(52 * minute), openedAt: this.at(51 * minute), evicted: 0, probes: 0, lastOutcome: "accepted" },
    };
  }

  fleet() {
    const rows = [...this.sessions.values()];
    const byState = this.#count(rows);
    const byApp = names.map((packageName) => {
      const mine = rows.filter((row) => row.packageName === packageName);
      return { packageName, byState: this.#count(mine), total: mine.length };
    }).sort((a, b) => b.total - a.total);
    const history = Array.from({ length: 90 }, (_, n) => {
      const away = Math.max(0, n - 62) / 27;
      const wave = (of, span) => Math.round((byState[of] ?? 0) * Math.min(1, away * span) + drawn(n + of.length) * 2);
      const others = { GRACE_PERIOD: n > 62 && n < 68 ? Math.round(40 - 7 * (n - 62)) : Math.round(drawn(n) * 3), BACKOFF: wave("BACKOFF", 1.6), RESURRECTING: wave("RESURRECTING", 3), EVICTED: n > 84 ? Math.round((byState.EVICTED ?? 0) * (n - 84) / 5) : 0, STARTING: Math.round(drawn(n + 50) * 3), DORMANT: byState.DORMANT ?? 0 };
      const running = rows.length - Object.values(others).reduce((a, b) => a + b, 0);
      return { at: this.at((89 - n) * 30 * second + 8 * second), byState: { RUNNING: running, ...others } };
    });
    return {
      at: this.at(8 * second), total: rows.length, byState, byApp, history,
      rates: { windowMs: 15 * minute, graces: 412, reconnectSuccess: 0.914, reconnectLatencyMs: { p50: 640, p95: 2480 }, resurrections: 0.086, falseResurrections: 0 },
      incidents: Object.entries(this.#incidents()).map(([packageName, incident]) => ({ packageName, ...incident })),
      platform: { canary: { works: true, since: this.at(6 * 60 * minute), at: this.at(40 * second) }, timers: { lateMs: 870 }, sweep: { at: this.at(8 * second), tookMs: 412, sessions: rows.length, asked: 180, left: 0 }, outbox: { waiting: 0, oldestAgeMs: 0 }, engineLagMs: 22 },
    };
  }

  #breaker(name) { return name === down ? { state: "OPEN", failuresInRow: 23, nextProbeAt: this.at(-41 * second) } : { state: "CLOSED", failuresInRow: 0 }; }

  #waiting(name) { return { foreground: name === down ? 2 : 0, background: name === down ? 38 : 0, pacePerSecond: 20 }; }

  apps({ cursor = 0, limit = 50 }) {
    const incidents = this.#incidents();
    const end = Number(cursor) + Math.min(this.mostApps, Number(limit));
    return { next: end < names.length ? `${end}` : undefined, apps: names.toSorted().slice(Number(cursor), end).map((packageName) => ({
      packageName, webhookUrl: `https://${packageName.split(".").reverse().join(".")}/lifecycle`, breaker: this.#breaker(packageName), incident: incidents[packageName], waiting: this.#waiting(packageName),
      answeredAt: this.at(packageName === down ? 13 * minute : 25 * second), sessions: this.#count([...this.sessions.values()].filter((row) => row.packageName === packageName)), sessionsAt: this.at(8 * second),
    })) };
  }

  app(packageName) {
    if (!names.includes(packageName)) return undefined;
    return { packageName, webhookUrl: `https://${packageName.split(".").reverse().join(".")}/lifecycle`, ownerUrl: "https://owner.example.com/notices", apiKeyCount: 1, webhookSecretCount: 2, overrides: { reconnectGraceMs: 8000, pacePerSecond: 20 }, policy: { reconnectGraceMs: 8000, resurrect: true, horizonMs: 600000, backoffBaseMs: 1000, backoffCapMs: 30000, pacePerSecond: 20, stableMs: 60000 } };
  }

  health(packageName) {
    if (!names.includes(packageName)) return undefined;
    const incident = this.#incidents()[packageName];
    const outcomes = packageName === down
      ? [[800, "accepted"], [790, "accepted"], [770, "http_503"], [768, "http_503"], [766, "http_503"], [762, "refused"], [760, "refused"], ...Array.from({ length: 14 }, (_, n) => [720 - n * (30 + n * 1.5), n % 5 === 4 ? "timeout" : "http_503"])]
      : [[600, "accepted"], [420, "accepted"], [60, "accepted"]];
    return { packageName, breaker: this.#breaker(packageName), incident, waiting: this.#waiting(packageName), answeredAt: this.at(packageName === down ? 13 * minute : 25 * second), lastOutcomes: outcomes.map(([ago, outcome]) => ({ at: this.at(ago * second), outcome })), tally: { asked: 310, admitted: 96, probes: packageName === down ? 17 : 0, accepted: 73, failed: 23, evicted: incident?.evicted ?? 0, stopsDropped: 0 } };
  }

  explainApp(packageName) {
    if (!names.includes(packageName)) return undefined;
    const away = packageName === down;
    return { packageName, at: this.at(0), breaker: this.#breaker(packageName), incident: this.#incidents()[packageName], waiting: this.#waiting(packageName),
      sentence: away ? "com.example.captions has been away for 13 min: its webhook answers 503, 40 sessions wait, and the next probe goes out in 41 s." : `${packageName} is well: it answered 25 s ago and nobody waits.`,
      changes: away ? ["An answer of 2xx to the next probe closes the breaker; waiting sessions then go at 20 a second.", "A revive of the app lets a probe go out at once."] : [], links: {} };
  }

  session(sessionId, packageName) {
    const row = this.sessions.get(`${sessionId}:${packageName}`);
    if (!row) return undefined;
    const decisions = this.#decisions(row);
    return { ...row, correlationId: "c-5d1e", connectionId: row.state === "RUNNING" ? "conn-81c2" : undefined, subscriptions: ["display", "audio"], subscriptionsVersion: 3, released: false, away: false, foreground: false, startPending: false,
      run: row.attempt ? { id: "r-12", reason: "resurrection", phase: "waiting", attempt: row.attempt, dueAt: row.deadline ?? row.since, givesUpAt: this.at(-5 * minute), lastAttempts: [[300, "http_503"], [180, "http_503"], [60, "timeout"]].map(([ago, outcome]) => ({ at: this.at(ago * second), outcome })) } : undefined,
      tally: { connects: 2, reconnects: 5, graces: 6, expired: 1, webhooks: 7, staleDisconnects: 1 },
      trail: decisions.filter((one) => one.to !== one.from).map((one) => ({ state: one.to, at: one.at, reason: one.reason, blame: one.blame })) };
  }

  #decisions(row) {
    const one = (ago, event, what, from, to, reason, blame, more = {}) => ({ at: this.at(ago * second), event, what, from, to, kind: "applied", reason, blame, guard: "", unmet: [], effects: [], replays: true, times: 1, ...more });
    const told = (from, to) => `tell the world: ${from} to ${to}`;
    return [
      one(5400, "StartRequested", "a start was asked for", "NONE", "STARTING", "start_requested", "platform", { guard: "app registered", effects: ["start the orchestration that sends webhook 1", told("NONE", "STARTING")] }),
      one(5398, "AttemptSent", "webhook 1 was sent: http_202", "STARTING", "STARTING", "webhook_accepted", "platform", { guard: "2xx" }),
      one(5397, "Connected", `connection c-51 of process ${row.instanceId} was opened`, "STARTING", "RUNNING", "connect", "platform", { effects: ["ack: begins clean", told("STARTING", "RUNNING")] }),
      one(3100, "Disconnected", "connection c-51 was closed", "RUNNING", "GRACE_PERIOD", "socket_lost", "unknown", { guard: "connection is the attachment", unmet: ["connection is not the attachment", "connection is the attachment, and a start was remembered"], effects: ["arm the grace timer for 01:15:58.075 UTC", told("RUNNING", "GRACE_PERIOD")] }),
      one(3098, "Connected", `connection c-52 of process ${row.instanceId} was opened, with its reconnect token`, "GRACE_PERIOD", "RUNNING", "reconnect", "network", { guard: "its token is good", effects: ["ack: resumed", told("GRACE_PERIOD", "RUNNING")] }),
      one(3097, "Disconnected", "connection c-51 was closed", "RUNNING", "RUNNING", "stale_disconnect", "signalr", { kind: "ignored", guard: "connection is not the attachment", unmet: ["connection is the attachment"] }),
      one(805, "Disconnected", "connection c-52 was closed (1006)", "RUNNING", "GRACE_PERIOD", "socket_lost", "unknown", { guard: "connection is the attachment", effects: ["arm the grace timer for 01:54:12.075 UTC", told("RUNNING", "GRACE_PERIOD")] }),
      one(797, "TimerFired", "the grace timer fired", "GRACE_PERIOD", "DISCONNECTED", "grace_expired", "app", { guard: "grace timer, now >= deadline", lateMs: 1240, unmet: ["before the deadline", "a sign of life came less than a grace window ago", "no client can open a socket"], effects: ["ask the app's gate for webhook r-12.1", told("GRACE_PERIOD", "DISCONNECTED")] }),
      one(795, "AttemptAdmitted", "the app's gate lets webhook r-12.1 go", "DISCONNECTED", "RESURRECTING", "attempt_begins", "app", { guard: "go", effects: ["start the orchestration that sends webhook 1", told("DISCONNECTED", "RESURRECTING")] }),
      one(790, "AttemptSent", "webhook 1 was sent: http_503", "RESURRECTING", "BACKOFF", "attempt_failed", "app", { guard: "coming back, within the horizon", effects: ["tell the app's gate what came of webhook r-12.1: http_503", told("RESURRECTING", "BACKOFF")] }),
      one(600, "AttemptDue", "the run's next step is due", "BACKOFF", "BACKOFF", "attempt_due", "app", { effects: ["ask the app's gate for webhook r-12.2"], times: 4, lastAt: this.at(120 * second) }),
      one(598, "AttemptAdmitted", "the app's gate lets nobody go: its breaker is open", "BACKOFF", "BACKOFF", "app_awaited", "app", { guard: "breaker open", times: 4, lastAt: this.at(118 * second) }),
      one(140, "Connected", "connection c-77 of process i-zz was opened, with a token that was used", "BACKOFF", "BACKOFF", "stale_token", "app", { kind: "refused", guard: "its reconnect token was used already", effects: ["close connection c-77 (stale_token)"] }),
      one(60, "AttemptAdmitted", "the app's gate lets nobody go: its breaker is open", "BACKOFF", row.state, row.reason, row.blame, { guard: "breaker open", effects: row.state === "BACKOFF" ? [] : [told("BACKOFF", row.state)] }),
    ];
  }

  explain(sessionId, packageName, at) {
    const row = this.sessions.get(`${sessionId}:${packageName}`);
    if (!row) return undefined;
    const all = this.#decisions(row);
    const decisions = at ? all.filter((one) => one.at <= at) : all;
    const last = decisions.at(-1);
    const waits = ["BACKOFF", "RESURRECTING", "DISCONNECTED"].includes(last.to);
    return { sessionId, packageName, at: at ?? this.at(0), state: last.to, since: last.at, reason: last.reason, blame: last.blame, decisions,
      sentence: at ? `At that moment it was ${last.to.toLowerCase().replace("_", " ")}: ${last.reason.replaceAll("_", " ")}.`
        : waits ? "It waits for com.example.captions, which has been away for 13 min: its webhook answers 503; this session is 12th of 40 in line and is asked for as soon as the next probe, in 41 s, is answered." : "It is running: the same process came back over the network 52 min ago and has been attached since.",
      waitsFor: waits ? "probe" : "nothing", until: waits ? this.at(-41 * second) : undefined,
      gate: waits ? { breaker: "OPEN", nextProbeAt: this.at(-41 * second), place: 12, waiting: 40, earliestAt: this.at(-42 * second), incidentId: "inc-7c1f" } : undefined,
      changes: waits ? ["The app attaches by itself: it is let in at once.", "A start or a revive asks the app's gate now."] : [], links: { traceId: "4bf92f3577b34da6a3ce929d0e0e4736" } };
  }

  whatIf(sessionId, packageName, policy) {
    if (!this.sessions.has(`${sessionId}:${packageName}`)) return undefined;
    const step = (ago, state, reason, event) => ({ at: this.at(ago * second), state, reason, event });
    return { sentence: `With ${Object.entries(policy).map(([name, value]) => `${name} ${value}`).join(", ")} the process would have been back before its grace window ran out: no webhook, and state kept.`, partsAt: this.at(797 * second),
      actual: [step(805, "GRACE_PERIOD", "socket_lost", "Disconnected"), step(797, "DISCONNECTED", "grace_expired", "TimerFired"), step(795, "RESURRECTING", "attempt_begins", "AttemptAdmitted"), step(790, "BACKOFF", "attempt_failed", "AttemptSent")],
      instead: [step(805, "GRACE_PERIOD", "socket_lost", "Disconnected"), step(785, "RUNNING", "reconnect", "Connected")], webhooks: { actual: 7, instead: 0 }, assumptions: ["What the app did would have been the same."] };
  }

  events(after, limit) {
    const types = [["BACKOFF", "RESURRECTING", "attempt_begins", "app"], ["GRACE_PERIOD", "RUNNING", "reconnect", "network"], ["RUNNING", "GRACE_PERIOD", "socket_lost", "unknown"], ["RESURRECTING", "BACKOFF", "attempt_failed", "app"]];
    const all = [...this.sessions.values()].slice(0, 60).map((row, n) => {
      const [from, to, reason, blame] = types[n % types.length];
      return { sequence: n + 1, event: { specversion: "1.0", id: `e-${n}`, type: "lifecycle.app-session.transition", source: `/apps/${row.packageName}`, subject: `${row.sessionId}:${row.packageName}`, time: this.at((60 - n) * 7 * second), data: { sessionId: row.sessionId, packageName: row.packageName, from, to, reason, epoch: row.epoch, blame } } };
    });
    return { items: all.filter((item) => item.sequence > after).slice(0, limit), oldest: 1, last: all.length, generation: "g1" };
  }

  deadLetters(after, limit) {
    const all = this.#matching({ state: "EVICTED" }).map((row, n) => ({ sequence: n + 1, event: { specversion: "1.0", id: `d-${n}`, type: "lifecycle.app-session.dead-letter", source: `/apps/${row.packageName}`, time: row.since, data: { sessionId: row.sessionId, packageName: row.packageName, reason: row.reason, blame: row.blame, attempts: 21, lastAttempts: [{ at: row.since, outcome: "http_503" }] } } }));
    return { items: all.filter((item) => item.sequence > after).slice(0, limit), oldest: 1, last: all.length, generation: "g1" };
  }

  bulkOf(action, { filter = {}, dryRun = true, all = false }) {
    if (!all && !Object.values(filter).some((part) => part?.length > 0)) {
      const wrong = 'must say which app sessions are meant; or "all": true means every one that there is';
      return { status: 400, body: { type: "urn:lifecycle:problem:invalid_bulk", title: "Bad request", status: 400, detail: `filter ${wrong}.`, errors: { filter: wrong } } };
    }
    const rows = this.#matching(filter);
    if (dryRun) return { status: 200, body: { action, dryRun: true, matched: rows.length, looked: this.sessions.size, complete: true, sample: rows.slice(0, 10).map((row) => `${row.sessionId}:${row.packageName}`) } };
    const bulkId = `b-${this.bulk.size + 1}`;
    this.bulk.set(bulkId, { bulkId, action, state: "running", looked: 0, [total]: rows.length, done: 0, failed: 0, errors: [] });
    return { status: 202, location: `/api/bulk/${bulkId}`, body: { bulkId } };
  }

  /** Answers how it was; it is stopped a moment later. */
  stop(id) {
    const found = this.bulk.get(id);
    if (!found) return undefined;
    this.bulk.set(id, { ...found, state: "stopped" });
    return { status: 202, location: `/api/bulk/${id}`, body: found };
  }

  /** Each look finds it a quarter further. */
  progress(id) {
    const found = this.bulk.get(id);
    if (found?.state === "running") {
      found.done = Math.min(found[total], found.done + Math.ceil(found[total] / 4));
      found.looked = this.sessions.size;
      if (found.done === found[total]) found.state = "done";
    }
    return found;
  }
}
