import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { readMove } from "../src/move.js";
import { answer } from "./support/engine.js";
import { newer, Scene } from "./support/scene.js";

let scene: Scene;

beforeEach(async () => {
  scene = new Scene();
  await scene.attach();
  // A connection that follows is acked when the test says so.
  scene.lifecycle.connected = () => undefined;
});

afterEach(() => scene.close());

test("after its wait it attaches anew, is served over the old connection until then, and closes that after the ack", async () => {
  await scene.move(scene.first, { afterMs: 3_000 });
  await scene.clock.run(2_999);
  assert.equal(scene.lifecycle.connections.length, 1);
  await scene.clock.run(1);
  const next = scene.newest;
  scene.first.message(1, "over the old");
  await scene.clock.run(0);
  assert.deepEqual([scene.lifecycle.connections.length, scene.first.isClosed, scene.session.state, scene.events], [2, false, "attached", ["1 over the old"]]);
  assert.deepEqual([scene.lifecycle.negotiations[1]!.reconnectToken, scene.lifecycle.negotiations[1]!.reconnect], ["token-1", true]);
  await scene.ack(next, { seq: 1 });
  assert.deepEqual([scene.first.isClosed, next.isClosed, scene.session.state], [true, false, "attached"]);
  next.message(2, "over the new");
  await scene.clock.run(5_000);
  assert.deepEqual(scene.events, ["1 over the old", "reconnected", "2 over the new"]);
  assert.deepEqual([scene.first.calls, next.calls, scene.lifecycle.connections.length], [[], ['done {"seq":2}'], 2]);
});

for (const how of ["is told so", "is closed so"] as const) {
  test(`an old connection that is superseded by the new one, and ${how} before its ack, is not the end`, async () => {
    await scene.move(scene.first, { afterMs: 0 });
    if (how === "is told so") scene.first.superseded();
    scene.first.close("Server returned an error on close: superseded");
    await scene.clock.run(0);
    assert.equal(scene.session.state, "reconnecting");
    await scene.ack(scene.newest);
    assert.deepEqual([scene.session.state, scene.lifecycle.connections.length, scene.events], ["attached", 2, ["reconnected"]]);
    scene.newest.superseded();
    await scene.clock.run(0);
    assert.deepEqual(scene.events, ["reconnected", "superseded"]);
  });
}

test("one that somebody else supersedes while it moves ends", async () => {
  await scene.move(scene.first, { afterMs: 0 });
  scene.first.superseded();
  scene.newest.close("Server returned an error on close: stale_connect");
  await scene.clock.run(0);
  assert.deepEqual([scene.events.at(-1), scene.session.state, scene.lifecycle.negotiations.length], ["superseded", "ended", 2]);
});

test("one that is handed over while it moves makes no new connection, and ends", async () => {
  await scene.move(scene.first, { afterMs: 0 });
  const next = scene.newest;
  await scene.superseded(scene.first);
  assert.deepEqual([scene.first.calls, next.isClosed, scene.first.isClosed, scene.events], [['done {"seq":0,"last":true}'], true, true, ["superseded"]]);
  await scene.clock.run(60_000);
  assert.equal(scene.lifecycle.connections.length, 2);
});

for (const [what, afterMs, count] of [["waits to move", 60_000, 1], ["moves", 0, 2]] as const) {
  test(`one that ${what} when it is handed over does not, however long its last handler runs`, async () => {
    scene.first.message(1, "long");
    await scene.move(scene.first, { afterMs });
    const next = scene.newest;
    await scene.superseded(scene.first);
    assert.deepEqual([scene.lifecycle.connections.length, next.isClosed, scene.first.isClosed], [count, count === 2, false]);
    await scene.clock.run(120_000);
    await scene.finish("long");
    assert.deepEqual([scene.lifecycle.connections.length, scene.first.calls, scene.first.isClosed], [count, ['done {"seq":1,"last":true}'], true]);
  });
}

// The successor would have been superseded by the process that had just handed over to it.
test("one that has asked where to move when it is handed over goes nowhere with the answer", async () => {
  let answered!: (response: Response) => void;
  scene.lifecycle.refuse = () => new Promise<Response>((resolve) => (answered = resolve)) as unknown as Response;
  await scene.send("long");
  await scene.move(scene.first, { afterMs: 0 });
  await scene.superseded(scene.first);
  answered(answer(200, { url: "http://fake/client", accessToken: "t" }));
  await scene.clock.run(120_000);
  assert.deepEqual([scene.places.length, scene.lifecycle.connections.length], [2, 1]);
});

test("a new connection that is closed before its ack costs nothing: the old one serves, and another is made", async () => {
  await scene.move(scene.first, { afterMs: 0 });
  scene.newest.close("gone");
  await scene.clock.run(0);
  scene.first.message(1, "over the old");
  await scene.clock.run(0);
  assert.deepEqual([scene.session.state, scene.events], ["attached", ["closed", "1 over the old"]]);
  assert.ok(await scene.clock.runUntil(() => scene.lifecycle.connections.length === 3, 30_000));
  await scene.ack(scene.newest, { seq: 1 });
  assert.deepEqual([scene.session.state, scene.first.isClosed, scene.events.at(-1)], ["attached", true, "reconnected"]);
});

test("one that loses its connection before a move to the same place needs no other", async () => {
  scene.lifecycle.connected = (connection) => connection.ack({ ...newer, resumed: true });
  await scene.move(scene.first, { afterMs: 10_000 });
  scene.first.close();
  assert.ok(await scene.clock.runUntil(() => scene.session.state === "attached", 5_000));
  await scene.clock.run(60_000);
  assert.equal(scene.lifecycle.connections.length, 2);
});

test("one that ends while it moves leaves no connection", async () => {
  await scene.move(scene.first, { afterMs: 0 });
  const ended = scene.session.close();
  await scene.clock.run(2_000);
  await ended;
  assert.deepEqual([scene.lifecycle.connections.map((connection) => connection.isClosed), scene.clock.held], [[true, true], 0]);
});

test("an order that comes while it moves is not followed besides", async () => {
  await scene.move(scene.first, { afterMs: 0 });
  await scene.move(scene.first, { afterMs: 0, url: "http://there" });
  await scene.ack(scene.newest);
  await scene.clock.run(120_000);
  assert.deepEqual([scene.places, scene.session.lifecycleUrl], [["fake", "fake"], "http://fake"]);
});

test("a process that leaves says so over the new connection, too", async () => {
  void scene.server.shutdown();
  await scene.move(scene.first, { afterMs: 0 });
  await scene.ack(scene.newest);
  assert.deepEqual([scene.first.calls, scene.newest.calls], [["handOver {}"], ["handOver {}"]]);
  scene.newest.superseded(true);
  await scene.clock.run(0);
  assert.equal(scene.session.state, "ended");
});

test("a webhook that asks for it while it moves gets the connection that is on its way", async () => {
  await scene.move(scene.first, { afterMs: 0 });
  assert.equal(scene.server.comeBack("s1"), true);
  await scene.clock.run(0);
  await scene.ack(scene.newest);
  await scene.clock.run(60_000);
  assert.deepEqual([scene.session.state, scene.lifecycle.connections.length, scene.first.isClosed], ["attached", 2, true]);
});

for (const [order, from, expected] of [
  [{ afterMs: 5 }, "http://a", { afterMs: 5, url: undefined }],
  [{}, "http://a", { afterMs: 0, url: undefined }],
  [{ afterMs: 1e12, url: null }, "http://a", { afterMs: 600_000, url: undefined }],
  [{ afterMs: 1, url: "http://a" }, "http://a", { afterMs: 1, url: undefined }],
  [{ afterMs: 1, url: "https://b/x" }, "http://a", { afterMs: 1, url: "https://b/x" }],
  [{ afterMs: -1 }, "http://a", "afterMs"],
  [{ afterMs: "1" }, "http://a", "afterMs"],
  [{ afterMs: Number.NaN }, "http://a", "afterMs"],
  [{ afterMs: 1, url: "ftp://b" }, "http://a", "url"],
  [{ afterMs: 1, url: "http://user:pass@b" }, "http://a", "url"],
  [{ afterMs: 1, url: 7 }, "http://a", "url"],
  [{ afterMs: 1, url: "http://b" }, "https://a", "url"],
] as const) {
  test(`the order ${JSON.stringify(order)} at ${from} is ${typeof expected === "string" ? `refused for its ${expected}` : "followed"}`, () => {
    const read = readMove(order, from);
    if (typeof expected === "string") assert.ok(typeof read === "string" && read.startsWith(expected), String(read));
    else assert.deepEqual(read, expected);
  });
}

// The API key would have gone to whatever address came.
test("an order that cannot be followed changes nothing", async () => {
  await scene.move(scene.first, { afterMs: 0, url: "no address" });
  await scene.clock.run(60_000);
  assert.deepEqual([scene.session.state, scene.lifecycle.asked.length], ["attached", 1]);
});
