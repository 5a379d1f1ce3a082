import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { handleSignals } from "../src/node.js";
import { answer } from "./support/engine.js";
import { Scene } from "./support/scene.js";

let scene: Scene;

beforeEach(() => void (scene = new Scene()));

afterEach(() => scene.close());

test("a server of version 1 is told nothing, and its sessions are drained at once", async () => {
  await scene.attach({});
  scene.newest.message(1, "first");
  const leaving = await scene.leave();
  assert.deepEqual([scene.lifecycle.calls, leaving.result, leaving.endedAt, await scene.endOf()], [[], true, 0, "closed"]);
});

test("a server of version 1 waits for handlers as before, and for no more than the limit", async () => {
  await scene.attach({});
  scene.newest.message(1, "long");
  await scene.clock.run(0);
  const leaving = await scene.leave();
  await scene.clock.run(4_999);
  assert.equal(leaving.result, undefined);
  await scene.clock.run(1);
  assert.deepEqual([leaving.result, scene.lifecycle.calls, await scene.endOf()], [false, [], "closed"]);
});

for (const [handOverMs, limitMs] of [[25_000, 22_000], [4_000, 4_000], [0, 0], [undefined, 22_000]] as const) {
  test(`without a successor, and ${handOverMs ?? "nothing"} said of it, it is drained after ${limitMs} ms`, async () => {
    await scene.attach({ version: 2, ...(handOverMs === undefined ? {} : { handOverMs }) });
    const leaving = await scene.leave();
    if (limitMs > 0) await scene.clock.run(limitMs - 1);
    assert.equal(leaving.result, limitMs > 0 ? undefined : true);
    await scene.clock.run(1);
    assert.deepEqual([leaving.result, leaving.endedAt, await scene.endOf()], [true, limitMs, "closed"]);
    assert.deepEqual(scene.lifecycle.calls, limitMs > 0 ? ["handOver {}"] : []);
  });
}

test("a handler that hangs costs the limits and no more, and what is behind it is left", async () => {
  await scene.attach();
  await scene.send("first", "long", "queued");
  const leaving = await scene.leave();
  scene.newest.superseded(true);
  await scene.clock.run(30_000);
  assert.deepEqual([leaving.result, leaving.endedAt], [false, 27_000]);
  assert.deepEqual([scene.lifecycle.calls.at(-1), await scene.endOf()], ['done {"seq":1,"last":true}', "superseded"]);
  await scene.finish("long");
  assert.deepEqual(scene.begun, ["first", "long"]);
});

for (const [what, answers] of [["fail", () => Promise.reject(new Error("no"))], ["hang", () => new Promise<void>(() => undefined)]] as const) {
  test(`when all hub calls ${what} it waits for a successor all the same, and is drained in time`, async () => {
    await scene.attach();
    scene.lifecycle.answers = answers;
    scene.newest.message(1, "first");
    await scene.clock.run(0);
    const leaving = await scene.leave();
    await scene.clock.run(2_000);
    assert.ok(scene.lifecycle.calls.includes("handOver {}"), scene.lifecycle.calls.join()); // whatever became of what is done
    await scene.clock.run(28_000);
    assert.ok(scene.lifecycle.calls.filter((call) => call === "handOver {}").length <= 6, scene.lifecycle.calls.join());
    assert.ok(leaving.endedAt! <= 28_000, `${leaving.endedAt}`);
    assert.deepEqual([leaving.result, await scene.endOf()], [true, "closed"]);
  });
}

test("a session that does not come back is drained at the limit", async () => {
  await scene.attach();
  scene.lifecycle.refuse = () => answer(503, {});
  await scene.lose(scene.newest);
  const leaving = await scene.leave();
  await scene.clock.run(30_000);
  assert.deepEqual([leaving.result, leaving.endedAt, scene.lifecycle.calls, await scene.endOf()], [true, 22_000, [], "closed"]);
});

test("a session that is attached while others are waited for is handed over, too", async () => {
  await scene.attach();
  scene.lifecycle.refuse = () => answer(503, {});
  const second = await scene.begin("s2");
  const leaving = await scene.leave();
  scene.lifecycle.refuse = () => undefined;
  assert.ok(await scene.clock.runUntil(() => scene.newest.calls.length === 1 && scene.newest !== scene.first, 10_000));
  assert.deepEqual([scene.newest.calls, leaving.result], [["handOver {}"], undefined]);
  await scene.superseded(scene.newest);
  await scene.superseded(scene.first);
  assert.deepEqual([await scene.endOf(second), leaving.result], ["superseded", true]);
});

test("a session that was never attached is not waited for", async () => {
  scene.lifecycle.refuse = () => answer(503, {});
  await scene.attach();
  const leaving = await scene.leave();
  assert.deepEqual([leaving.result, leaving.endedAt, await scene.endOf()], [true, 0, "closed"]);
});

test("a drain tells what is done as the last before it closes, and an idle session says nothing", async () => {
  await scene.attach();
  scene.newest.message(1, "first");
  await scene.clock.run(0);
  assert.deepEqual([(await scene.leave("drain")).result, scene.lifecycle.calls], [true, ['done {"seq":1,"last":true}']]);
  scene.lifecycle.calls.length = 0;
  await scene.attach();
  assert.deepEqual([(await scene.leave("drain")).result, scene.lifecycle.calls], [true, []]);
});

// A process with busy sessions was drained: messages whose handler had begun while another session's still ran were handled, not told, and
// handled once more by the process that came next.
test("a drain tells of a message that came while it waited for something else", async () => {
  await scene.attach();
  let answered!: () => void;
  void scene.server.handling(new Promise<void>((resolve) => (answered = resolve)));
  const leaving = await scene.leave("drain");
  await scene.send("long", "queued");
  answered();
  await scene.clock.run(1_000);
  assert.deepEqual([scene.newest.isClosed, scene.lifecycle.calls, leaving.result], [false, [], undefined]);
  await scene.finish("long");
  assert.deepEqual([scene.begun, scene.lifecycle.calls.at(-1)], [["long"], 'done {"seq":1,"last":true}']);
  assert.deepEqual([await scene.endOf(), leaving.result, leaving.endedAt], ["closed", true, 1_000]);
});

test("a drain whose handler hangs leaves what is behind it, and begins none of that when the handler ends after all", async () => {
  await scene.attach();
  await scene.send("first", "long", "queued");
  const leaving = await scene.leave("drain");
  await scene.clock.run(5_000);
  assert.deepEqual([leaving.result, scene.lifecycle.calls.at(-1)], [false, 'done {"seq":1,"last":true}']);
  await scene.finish("long");
  assert.deepEqual(scene.begun, ["first", "long"]);
});

test("another shutdown makes a drain of a hand-over that is under way", async () => {
  await scene.attach();
  const leaving = await scene.leave();
  await scene.clock.run(1_000);
  await scene.leave("drain");
  assert.deepEqual([leaving.result, leaving.endedAt, await scene.endOf()], [true, 1_000, "closed"]);
});

test("a hand-over that is made a drain gives handlers the limit of a drain, from then on", async () => {
  await scene.attach();
  await scene.send("long");
  const leaving = await scene.leave();
  await scene.clock.run(1_000);
  await scene.leave("drain");
  await scene.clock.run(10_000);
  assert.deepEqual([leaving.result, leaving.endedAt], [false, 6_000]);
});

for (const [signal, calls] of [["SIGTERM", ["handOver {}"]], ["SIGINT", []]] as const) {
  test(`${signal} is a ${signal === "SIGTERM" ? "hand-over" : "drain"}, and the next signal is not swallowed for ever`, async () => {
    await scene.attach();
    const before = process.listenerCount(signal);
    let ends = 0;
    handleSignals(scene.server, () => void ends++);
    process.emit(signal, signal);
    await scene.clock.run(1_000);
    assert.deepEqual([scene.lifecycle.calls, ends], [calls, signal === "SIGTERM" ? 0 : 1]);
    if (signal === "SIGTERM") process.emit(signal, signal);
    await scene.clock.run(0);
    assert.deepEqual([ends, await scene.endOf(), process.listenerCount(signal)], [1, "closed", before]);
  });
}

test("a mode that is named is the one of every signal", async () => {
  await scene.attach();
  handleSignals(scene.server, () => undefined, "goodbye");
  process.emit("SIGTERM", "SIGTERM");
  await scene.clock.run(0);
  assert.deepEqual([scene.lifecycle.calls, await scene.endOf()], [["release"], "released"]);
});
