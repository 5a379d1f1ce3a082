// The sessions that a tab knows of: what was read and what was heard, and which of the two is newer.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Sessions, matcher } from "../../../src/Functions/Console/Page/lib/known.js";

const night = Date.parse("2026-03-12T02:00:00Z");
const at = (second) => new Date(night + second * 1_000).toISOString();
const row = (state, epoch, second, more = {}) => ({ sessionId: "s1", packageName: "p", state, epoch, since: at(second), reason: "read", blame: "app", ...more });
const note = (to, epoch, second) => ({ sessionId: "s1", packageName: "p", from: "RUNNING", to, epoch, at: at(second), reason: "heard", blame: "app" });
const settle = async () => { for (let n = 0; n < 20; n++) await Promise.resolve(); };
const filter = {};
let known;
let items;
let next;

/** One pass through the API. */
async function read(most = 10_000) {
  known.read(filter, most);
  await settle();
}

const shown = () => known.select(filter, { id: "sessionId" })[0];

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: night });
  [items, next] = [[], undefined];
  const live = { status: { state: "live" }, subscribe: () => () => undefined, turns: () => () => undefined };
  known = new Sessions(() => undefined, async () => ({ items, next }), live, { page: new EventTarget(), now: Date.now });
});
afterEach(() => {
  known.close();
  mock.timers.reset();
});

// For a moment the list said that no session fits, and that there are more.
test("Before the first pass nothing is said of what there is: it is being read", async () => {
  assert.deepEqual([known.reading, known.whole], [true, false]);
  await read();
  assert.deepEqual([known.reading, known.whole], [false, true]);
});

// A row that was heard of stood there without its deadline and its process, for what the API said of the same change was taken for older.
test("What the API says of a change that was heard is taken: it knows more", async () => {
  known.hear([note("BACKOFF", 3, 0)]);
  items = [row("BACKOFF", 3, 0, { deadline: at(30), instanceId: "i1" })];
  await read();
  assert.deepEqual([shown().deadline, shown().instanceId], [at(30), "i1"]);
});

test("A change that is heard after the API has told it leaves the row as it is", async () => {
  items = [row("BACKOFF", 3, 0, { deadline: at(30) })];
  await read();
  known.hear([note("BACKOFF", 3, 0)]);
  assert.deepEqual([shown().deadline, shown().reason], [at(30), "read"]);
});

// Notes of two instances can come in another order than they were made: the page went back to what was before.
for (const [what, old] of [["an earlier time", note("GRACE_PERIOD", 4, 1)], ["an earlier epoch", note("RUNNING", 3, 1)]]) {
  test(`A note of ${what} than what is shown is left out`, async () => {
    items = [row("RUNNING", 4, 2)];
    await read();
    known.hear([old]);
    assert.deepEqual([shown().state, shown().since], ["RUNNING", at(2)]);
  });
}

test("A note of a later change is shown, also of a session that began anew", async () => {
  items = [row("STOPPED", 9, 2)];
  await read();
  known.hear([note("STARTING", 1, 3)]);
  assert.deepEqual([shown().state, shown().epoch], ["STARTING", 1]);
});

test("What was heard is not undone by an API that does not know of it yet, but by one that still does not half a minute later", async () => {
  known.hear([note("RUNNING", 3, 5)]);
  items = [row("STARTING", 3, 0)];
  await read();
  assert.equal(shown().state, "RUNNING");
  mock.timers.tick(31_000);
  await read();
  assert.equal(shown().state, "STARTING");
});

test("A second that a filter names is meant from its beginning, however the API writes times", () => {
  const fits = matcher({ since: "2026-03-12T02:00:00Z" });
  assert.deepEqual(["2026-03-12T01:59:59.9999999+00:00", "2026-03-12T02:00:00+00:00", "2026-03-12T02:00:00.25+00:00"].map((since) => fits({ since })), [false, true, true]);
});

// In a fleet too large to be read whole each session that came and went stayed in the list for ever, as stopped: a tab left open overnight had
// hundreds of thousands of them.
test("Beyond ten thousand rows the oldest go that stopped and that the last pass did not find", async () => {
  const one = (n) => ({ ...row(n === 7 ? "STOPPED" : "RUNNING", 1, 0), sessionId: `s${n}` });
  [items, next] = [Array.from({ length: 9_998 }, (_, n) => one(n)), "more"];
  await read(9_998);
  const told = (n, to, second) => ({ ...note(to, 2, second), sessionId: `s${n}` });
  const shown = () => [7, 20_000, 20_001, 20_002, 20_003].filter((n) => known.known.has(`s${n}:p`));
  known.hear([told(20_000, "RUNNING", 1), told(20_001, "STOPPED", 3)]);
  assert.deepEqual(shown(), [7, 20_000, 20_001]);
  known.hear([told(20_002, "STOPPED", 2)]);
  assert.deepEqual(shown(), [7, 20_000, 20_001]);
  known.hear([told(20_003, "STOPPED", 4)]);
  assert.deepEqual(shown(), [7, 20_000, 20_003]);
});
