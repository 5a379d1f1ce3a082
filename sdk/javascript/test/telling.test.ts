import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { AppServerOptions, AttachedSession } from "../src/index.js";
import type { AckPayload } from "../src/wire.js";
import { FakeClock } from "./support/clock.js";
import { FakeLifecycle } from "./support/fake.js";

let clock: FakeClock;
let lifecycle: FakeLifecycle;
let session: AttachedSession;
let handled: unknown[];

beforeEach(() => {
  clock = new FakeClock();
  lifecycle = new FakeLifecycle();
  handled = [];
});

afterEach(() => lifecycle.close());

async function attach(ack: AckPayload = { version: 2 }, options: Partial<AppServerOptions> = {}, more: object = {}): Promise<void> {
  lifecycle.connected = (connection) => connection.ack(ack);
  const server = lifecycle.makeServer(clock, options);
  void server.attach("s1", { configure: (begun) => void begun.on("message", ({ seq }) => void handled.push(seq)), ...more });
  session = server.find("s1")!;
  await clock.run(0);
  assert.equal(session.state, "attached");
}

async function messages(from: number, to: number): Promise<void> {
  for (let seq = from; seq <= to; seq++) lifecycle.newest.message(seq, seq);
  await clock.run(0);
}

/** Comes back over a new connection, with that ack. */
async function comeBack(ack: AckPayload): Promise<void> {
  lifecycle.connected = (connection) => connection.ack(ack);
  lifecycle.newest.close();
  const before = lifecycle.connections.length;
  assert.ok(await clock.runUntil(() => lifecycle.connections.length > before && session.state === "attached", 5_000));
}

const dones = (): unknown[] => lifecycle.calls.filter((call) => call.startsWith("done ")).map((call) => JSON.parse(call.slice(5)) as unknown);

test("nothing is said to a server of version 1, whatever happens", async () => {
  await attach({});
  await messages(1, 100);
  lifecycle.newest.message(101, 0, { prompt: true });
  lifecycle.newest.tell();
  await clock.run(60_000);
  await session.close();
  assert.deepEqual([lifecycle.calls, handled.length], [[], 101]);
});

test("what is handled is told once, 2.5 s after the first, and nothing is said while there is no news", async () => {
  await attach();
  await messages(1, 2);
  await clock.run(1_000);
  await messages(3, 3);
  await clock.run(1_499);
  assert.deepEqual(dones(), []);
  await clock.run(1);
  assert.deepEqual(dones(), [{ seq: 3 }]);
  await clock.run(60_000);
  assert.deepEqual(dones(), [{ seq: 3 }]);
});

for (const [perSecond, most] of [[10, 0.1], [100, 0.011]] as const) {
  test(`${perSecond} messages a second cost at most ${most} calls each`, async () => {
    await attach();
    const count = perSecond * 30;
    for (let seq = 1; seq <= count; seq++) {
      lifecycle.newest.message(seq, seq);
      await clock.run(1_000 / perSecond);
    }
    await clock.run(2_500);
    assert.ok(dones().length <= count * most, `${dones().length} calls for ${count} messages`);
    assert.deepEqual(dones().at(-1), { seq: count });
  });
}

test("32 messages are told without waiting for more, but not twice within a second", async () => {
  await attach();
  await messages(1, 32);
  assert.deepEqual(dones(), [{ seq: 32 }]);
  await messages(33, 64);
  await clock.run(999);
  assert.deepEqual(dones(), [{ seq: 32 }]);
  await clock.run(1);
  assert.deepEqual(dones(), [{ seq: 32 }, { seq: 64 }]);
});

test("one that somebody waits for is told at once, though the next one hangs", async () => {
  await attach({ version: 2 }, {}, { configure: (s: AttachedSession) => s.on("message", ({ seq }) => (seq === 2 ? new Promise(() => undefined) : undefined)) });
  lifecycle.newest.message(1, 1, { prompt: true });
  await messages(2, 2);
  assert.deepEqual(dones(), [{ seq: 1 }]);
});

test("a handler is not told that somebody waits", async () => {
  const seen: unknown[] = [];
  await attach({ version: 2 }, {}, { configure: (s: AttachedSession) => s.on("message", (message) => void seen.push(message)) });
  lifecycle.newest.message(1, "x", { prompt: true });
  await clock.run(0);
  assert.deepEqual(seen, [{ seq: 1, body: "x" }]);
});

test("a server that asks is answered while a handler hangs, with what is done so far, and each time", async () => {
  await attach({ version: 2, seq: 4 }, {}, { configure: (s: AttachedSession) => s.on("message", ({ seq }) => (seq === 6 ? new Promise(() => undefined) : undefined)) });
  lifecycle.newest.tell();
  await clock.run(0);
  await messages(5, 7);
  lifecycle.newest.tell();
  await clock.run(0);
  lifecycle.newest.tell();
  await clock.run(0);
  assert.deepEqual(dones(), [{ seq: 4 }, { seq: 5 }, { seq: 5 }]);
});

// A hub call that hangs would have kept the answer for as long as it may take.
test("a server that asks is answered though the call before it hangs", async () => {
  await attach();
  lifecycle.answers = () => new Promise(() => undefined);
  await messages(1, 32);
  lifecycle.newest.tell();
  await clock.run(1_000);
  assert.deepEqual(dones(), [{ seq: 32 }, { seq: 32 }]);
});

test("a message of several handlers is handled when all have returned", async () => {
  let finish!: () => void;
  await attach({ version: 2 }, {}, { configure: (s: AttachedSession) => {
    s.on("message", () => undefined);
    s.on("message", () => new Promise<void>((resolve) => (finish = resolve)));
  } });
  lifecycle.newest.message(1, 1, { prompt: true });
  await clock.run(5_000);
  assert.deepEqual(dones(), []);
  finish();
  await clock.run(0);
  assert.deepEqual(dones(), [{ seq: 1 }]);
});

test("a message that nobody handles is handled", async () => {
  await attach({ version: 2 }, {}, { configure: () => undefined });
  await messages(1, 1);
  await clock.run(2_500);
  assert.deepEqual(dones(), [{ seq: 1 }]);
});

const failing = (runs: string[], failures: number): object => ({
  configure: (s: AttachedSession) => s.on("message", ({ seq }) => {
    runs.push(`${seq} at ${clock.now()}`);
    if (seq === 1 && failures-- > 0) throw new Error(`${"x".repeat(199)}😀`);
  }),
});

test("a message whose handler throws is set aside, and told so", async () => {
  const runs: string[] = [];
  await attach({ version: 2 }, {}, failing(runs, 9));
  await messages(1, 2);
  await clock.run(2_500);
  assert.deepEqual([runs, dones()], [["1 at 0", "2 at 0"], [{ seq: 2, failed: [{ seq: 1, error: "x".repeat(199) }] }]]);
});

test("a message that is sent again runs twice more, spaced and in order, and is then set aside", async () => {
  const runs: string[] = [];
  await attach({ version: 2 }, { failedMessages: "sendAgain" }, failing(runs, 9));
  await messages(1, 2);
  await clock.run(10_000);
  assert.deepEqual(runs, ["1 at 0", "1 at 1000", "1 at 3000", "2 at 3000"]);
  assert.deepEqual(dones(), [{ seq: 2, failed: [{ seq: 1, error: "x".repeat(199) }] }]);
});

test("a message that is sent again and handled then has not failed", async () => {
  const runs: string[] = [];
  await attach({ version: 2 }, { failedMessages: "sendAgain" }, failing(runs, 1));
  await messages(1, 2);
  await clock.run(10_000);
  assert.deepEqual([runs, dones()], [["1 at 0", "1 at 1000", "2 at 1000"], [{ seq: 2 }]]);
});

test("a message that waits to run again when its session ends does not", async () => {
  const runs: string[] = [];
  await attach({ version: 2 }, { failedMessages: "sendAgain" }, failing(runs, 9));
  await messages(1, 1);
  session.stopped("bye");
  let isDrained = false;
  void session.drained.then(() => (isDrained = true));
  await clock.run(0);
  assert.equal(isDrained, true);
  await clock.run(10_000);
  assert.deepEqual([runs, dones(), session.state], [["1 at 0"], [], "ended"]);
});

test("what could not be told is told after the next attach, with what failed", async () => {
  await attach({ version: 2 }, {}, { configure: (s: AttachedSession) => s.on("message", () => Promise.reject(new Error("bad"))) });
  await messages(1, 1);
  await comeBack({ version: 2, resumed: true, seq: 1 });
  await clock.run(2_500);
  assert.deepEqual(dones(), [{ seq: 1, failed: [{ seq: 1, error: "bad" }] }]);
});

test("one that somebody waits for, and that is handled while the connection is lost, is told with the next attach", async () => {
  let finish!: () => void;
  await attach({ version: 2 }, {}, { configure: (s: AttachedSession) => s.on("message", () => new Promise<void>((resolve) => (finish = resolve))) });
  lifecycle.newest.message(1, 1, { prompt: true });
  await clock.run(0);
  lifecycle.refuse = () => ({ ok: false, status: 503, headers: new Headers(), text: async () => "" }) as Response;
  lifecycle.newest.close();
  await clock.run(10);
  finish();
  await clock.run(10);
  lifecycle.refuse = () => undefined;
  lifecycle.connected = (connection) => connection.ack({ version: 2, resumed: true, seq: 1 });
  assert.ok(await clock.runUntil(() => session.state === "attached", 5_000));
  await clock.run(0);
  assert.deepEqual(dones(), [{ seq: 1 }]);
});

test("what waits in the queue is not run again when it comes again, and counts when it is handled", async () => {
  let finish!: () => void;
  const runs: number[] = [];
  await attach({ version: 2 }, {}, { configure: (s: AttachedSession) => s.on("message", ({ seq }) => {
    runs.push(seq);
    return seq === 1 ? new Promise<void>((resolve) => (finish = resolve)) : undefined;
  }) });
  await messages(1, 2);
  await comeBack({ version: 2, resumed: true, seq: 2 });
  await messages(1, 3);
  await clock.run(5_000);
  assert.deepEqual([runs, dones()], [[1], []]);
  finish();
  await clock.run(2_500);
  assert.deepEqual([runs, dones()], [[1, 2, 3], [{ seq: 3 }]]);
});

test("a fresh start forgets what was not told of the old life, also what comes to its end later", async () => {
  let finish!: () => void;
  await attach({ version: 2 }, {}, { configure: (s: AttachedSession) => s.on("message", ({ seq, body }) => {
    if (seq === 6 && body === 6) return new Promise<void>((resolve) => (finish = resolve));
    throw new Error("bad");
  }) });
  await messages(5, 6);
  await comeBack({ version: 2, resumed: false, seq: 2 });
  finish();
  await clock.run(60_000);
  assert.deepEqual(dones(), []);
  lifecycle.newest.message(3, "new");
  await clock.run(2_500);
  assert.deepEqual(dones(), [{ seq: 3, failed: [{ seq: 3, error: "bad" }] }]);
});

test("an ack that comes again on its connection is no fresh start", async () => {
  await attach({ version: 2, resumed: false });
  await messages(1, 1);
  lifecycle.newest.ack({ version: 2, resumed: false });
  await clock.run(2_500);
  assert.deepEqual(dones(), [{ seq: 1 }]);
});

test("what a process says that it has handled before is told", async () => {
  await attach({ version: 2, resumed: true, seq: 7 }, {}, { reconnect: true, lastSeq: 7 });
  await clock.run(2_500);
  assert.deepEqual(dones(), [{ seq: 7 }]);
});

test("a server that refuses every word of it breaks nothing, and is not asked again and again", async () => {
  await attach();
  lifecycle.answers = () => Promise.reject(new Error("unknown method"));
  for (let seq = 1; seq <= 300; seq++) {
    lifecycle.newest.message(seq, seq);
    await clock.run(1_000);
  }
  assert.ok(dones().length <= 10, `${dones().length} calls in 5 minutes`);
  assert.deepEqual([session.state, handled.length, lifecycle.connections.length], ["attached", 300, 1]);
  lifecycle.answers = () => Promise.resolve();
  await clock.run(60_000);
  assert.deepEqual(dones().at(-1), { seq: 300 });
});

test("a session that is closed by the app tells first what is done", async () => {
  await attach();
  await messages(1, 1);
  void session.close();
  await clock.run(0);
  assert.deepEqual([dones(), session.state], [[{ seq: 1 }], "ended"]);
});

// Whoever posted it with waitMs was answered "sent" when that time was over, although it was handled: what was told of it had been lost, the message came
// again, and it was dropped without a word.
test("a message that comes again is not handled again, and is told again: at once where somebody waits for it", async () => {
  await attach();
  await messages(1, 1);
  await clock.run(2_500);
  lifecycle.newest.message(1, 1, { prompt: true });
  await clock.run(0);
  assert.deepEqual(dones(), [{ seq: 1 }, { seq: 1 }]);
  lifecycle.newest.message(1, 1);
  await clock.run(2_499);
  assert.equal(dones().length, 2);
  await clock.run(1);
  assert.deepEqual([dones().length, handled], [3, [1]]);
  await clock.run(60_000);
  assert.equal(dones().length, 3);
});

test("a message that comes again while its handler runs is told at once when that has returned", async () => {
  let finish = (): void => undefined;
  await attach({ version: 2 }, {}, { configure: (begun: AttachedSession) => void begun.on("message", () => new Promise<void>((resolve) => (finish = resolve))) });
  await messages(1, 1);
  lifecycle.newest.message(1, 1, { prompt: true });
  await clock.run(0);
  assert.deepEqual(dones(), []);
  finish();
  await clock.run(0);
  assert.deepEqual(dones(), [{ seq: 1 }]);
});
