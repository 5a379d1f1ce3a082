import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { answer } from "./support/engine.js";
import { newer, Scene } from "./support/scene.js";

let scene: Scene;

beforeEach(() => void (scene = new Scene()));

afterEach(() => scene.close());

test("every session is handed over: served until its successor is there, then told as the last, and closed", async () => {
  await scene.attach();
  scene.newest.message(1, "before");
  await scene.clock.run(0);
  const leaving = await scene.leave();
  assert.deepEqual([scene.lifecycle.calls, scene.session.state, scene.server.isLeaving], [['done {"seq":1}', "handOver {}"], "attached", true]);
  await scene.clock.run(5_000);
  scene.newest.message(2, "meanwhile");
  await scene.clock.run(0);
  assert.deepEqual([scene.begun, scene.lifecycle.calls.at(-1)], [["before", "meanwhile"], 'done {"seq":2}']);
  await scene.superseded(scene.newest);
  assert.deepEqual([scene.lifecycle.calls.at(-1), scene.newest.isClosed], ['done {"seq":2,"last":true}', true]);
  assert.deepEqual([await scene.endOf(), leaving.result, leaving.endedAt], ["superseded", true, 5_000]);
});

test("a handler that runs when the successor comes ends, and what waits behind it is not scene.begun", async () => {
  await scene.attach();
  await scene.send("first", "long", "queued");
  const leaving = await scene.leave();
  scene.newest.superseded(true);
  await scene.clock.run(3_000);
  scene.newest.message(4, "late");
  assert.deepEqual([scene.newest.isClosed, scene.lifecycle.calls.some((call) => call.includes("last")), leaving.result], [false, false, undefined]);
  await scene.finish("long");
  assert.deepEqual([scene.begun, scene.lifecycle.calls.at(-1)], [["first", "long"], 'done {"seq":2,"last":true}']);
  assert.deepEqual([await scene.endOf(), leaving.result, scene.lifecycle.negotiations.length], ["superseded", true, 1]);
});

test("what publishers sent and was not scene.begun is the successor's, and the end is told all the same", async () => {
  await scene.attach();
  const seen: string[] = [];
  scene.session.listen("data", () => void seen.push("data"));
  scene.session.on("ended", ({ kind }) => void seen.push(kind));
  scene.newest.message(1, "long");
  scene.newest.target("data", 1);
  await scene.clock.run(0);
  await scene.superseded(scene.newest);
  await scene.finish("long");
  assert.deepEqual(seen, ["superseded"]);
});

test("a server that asks while the last handler hangs is answered", async () => {
  await scene.attach();
  scene.newest.message(1, "first");
  scene.newest.message(2, "long");
  await scene.leave();
  scene.newest.superseded(true);
  await scene.clock.run(1_000);
  const before = scene.lifecycle.calls.length;
  scene.newest.tell();
  await scene.clock.run(0);
  assert.deepEqual(scene.lifecycle.calls.slice(before), ['done {"seq":1}']);
});

test("a message that was to run again is left to the successor", async () => {
  await scene.attach(newer, { failedMessages: "sendAgain" });
  scene.session.on("message", ({ body }) => (body === "bad" ? Promise.reject(new Error("bad")) : undefined));
  scene.newest.message(1, "good");
  scene.newest.message(2, "bad");
  await scene.clock.run(100);
  await scene.superseded(scene.newest);
  assert.deepEqual([scene.begun, scene.lifecycle.calls], [["good", "bad"], ['done {"seq":1,"last":true}']]);
});

test("a hand-over whose call failed is said again, and comes to its end", async () => {
  await scene.attach();
  let failures = 1;
  scene.lifecycle.answers = () => (failures-- > 0 ? Promise.reject(new Error("busy")) : Promise.resolve());
  const leaving = await scene.leave();
  await scene.clock.run(1_000);
  assert.deepEqual(scene.lifecycle.calls, ["handOver {}", "handOver {}"]);
  await scene.superseded(scene.newest);
  assert.equal(leaving.result, true);
});

test("a session that lost its connection says it as soon as it is back, and again after every attach", async () => {
  await scene.attach();
  scene.lifecycle.connected = (connection) => connection.ack({ ...newer, resumed: true });
  scene.lifecycle.refuse = () => answer(503, {});
  await scene.lose(scene.newest);
  const leaving = await scene.leave();
  assert.deepEqual([scene.session.state, scene.lifecycle.calls], ["reconnecting", []]);
  scene.lifecycle.refuse = () => undefined;
  assert.ok(await scene.clock.runUntil(() => scene.session.state === "attached", 5_000));
  await scene.clock.run(0);
  assert.deepEqual([scene.lifecycle.calls, leaving.result], [["handOver {}"], undefined]);
  await scene.lose(scene.newest);
  assert.ok(await scene.clock.runUntil(() => scene.lifecycle.calls.length === 2, 5_000));
  await scene.superseded(scene.newest);
  assert.deepEqual([scene.lifecycle.calls.slice(0, 2), leaving.result], [["handOver {}", "handOver {}"], true]);
});

test("a session that comes back to a server of version 1 is drained then", async () => {
  await scene.attach();
  scene.lifecycle.connected = (connection) => connection.ack({ resumed: true });
  const leaving = await scene.leave();
  await scene.lose(scene.newest);
  assert.ok(await scene.clock.runUntil(() => leaving.result !== undefined, 2_000));
  assert.deepEqual([scene.lifecycle.calls, await scene.endOf()], [["handOver {}"], "closed"]);
});

test("an ack that comes again on its connection is no reason to say it again", async () => {
  await scene.attach();
  await scene.leave();
  await scene.ack(scene.newest);
  assert.deepEqual(scene.lifecycle.calls, ["handOver {}"]);
});

test("a connection that is lost while the last handler runs is not made again", async () => {
  await scene.attach();
  scene.newest.message(1, "long");
  const leaving = await scene.leave();
  scene.newest.superseded(true);
  await scene.lose(scene.newest);
  assert.equal(await scene.endOf(), "superseded");
  await scene.finish("long");
  await scene.clock.run(5_000);
  assert.deepEqual([leaving.result, scene.lifecycle.negotiations.length], [true, 1]);
});

test("a takeover that is none of its own doing ends a session that leaves at once, as ever", async () => {
  await scene.attach();
  const leaving = await scene.leave();
  scene.newest.superseded();
  await scene.clock.run(0);
  assert.deepEqual([scene.lifecycle.calls, await scene.endOf(), leaving.result], [["handOver {}"], "superseded", true]);
});

test("while it leaves, each message is told at once, at most five a second", async () => {
  await scene.attach();
  await scene.leave();
  for (let seq = 1; seq <= 100; seq++) {
    scene.newest.message(seq, seq);
    await scene.clock.run(50);
  }
  const dones = scene.lifecycle.calls.filter((call) => call.startsWith("done"));
  assert.ok(dones.length >= 20 && dones.length <= 26, `${dones.length} calls in 5 s`);
  assert.equal(dones[0], 'done {"seq":1}');
});

test("a session that is handed over while its handler hangs can begin anew here", async () => {
  await scene.attach();
  scene.newest.message(1, "long");
  await scene.clock.run(0);
  scene.newest.superseded(true);
  assert.deepEqual([scene.session.state, scene.server.comeBack("s1"), scene.server.sessions.length], ["ended", false, 0]);
  const again = scene.server.begin("s1", "token");
  await scene.clock.run(0);
  assert.deepEqual([again.state, scene.lifecycle.connections.length, scene.server.find("s1")], ["attached", 2, again]);
  await scene.finish("long");
  assert.deepEqual([await scene.endOf(), again.state, scene.server.find("s1")], ["superseded", "attached", again]);
});

test("sessions are handed over side by side, and one that is not costs the others nothing", async () => {
  await scene.attach();
  scene.server.attach("s2").catch(() => undefined);
  await scene.clock.run(0);
  const [first, second] = scene.lifecycle.connections;
  const leaving = await scene.leave();
  first!.superseded(true);
  await scene.clock.run(1_000);
  assert.deepEqual([first!.isClosed, second!.isClosed, leaving.result], [true, false, undefined]);
  await scene.clock.run(21_000);
  assert.deepEqual([second!.calls, leaving.result, leaving.endedAt], [["handOver {}"], true, 22_000]);
});
