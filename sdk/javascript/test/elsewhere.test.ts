import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { answer } from "./support/engine.js";
import { newer, Scene } from "./support/scene.js";

const there = "http://there";

let scene: Scene;

beforeEach(async () => {
  scene = new Scene();
  await scene.attach();
  // A connection that follows is acked when the test says so.
  scene.lifecycle.connected = () => undefined;
});

afterEach(() => scene.close());

test("a move elsewhere attaches there, says goodbye to the old place after the ack, and stays there", async () => {
  await scene.move(scene.first, { afterMs: 0, url: there });
  assert.deepEqual([scene.places, scene.first.calls, scene.newest.url], [["fake", "there"], [], "http://there/client"]);
  await scene.ack(scene.newest);
  assert.deepEqual([scene.first.calls, scene.first.isClosed, scene.newest.calls, scene.session.lifecycleUrl], [["release"], true, [], there]);
  scene.newest.close();
  assert.ok(await scene.clock.runUntil(() => scene.lifecycle.asked.length === 3, 5_000));
  assert.deepEqual(scene.places, ["fake", "there", "there"]);
});

test("the goodbye to the old place comes before it is closed, and one that hangs does not keep it", async () => {
  await scene.move(scene.first, { afterMs: 0, url: there });
  scene.lifecycle.answers = (method) => (method === "release" ? new Promise(() => undefined) : Promise.resolve());
  await scene.ack(scene.newest);
  assert.deepEqual([scene.first.calls, scene.first.isClosed], [["release"], false]);
  await scene.clock.run(10_000);
  assert.deepEqual([scene.first.isClosed, scene.session.state], [true, "attached"]);
});

test("when all sessions have moved the next one begins at the new place, and not before", async () => {
  scene.lifecycle.connected = (connection) => connection.ack(newer);
  await scene.begin("s2");
  const [, second] = scene.lifecycle.connections;
  scene.first.move({ afterMs: 0, url: there });
  await scene.clock.run(0);
  await scene.begin("s3");
  assert.deepEqual(scene.places, ["fake", "fake", "there", "fake"]);
  second!.move({ afterMs: 0, url: there });
  await scene.clock.run(0);
  await scene.server.find("s3")!.close();
  await scene.clock.run(0);
  await scene.begin("s4");
  assert.deepEqual(scene.places.slice(4), ["there", "there"]);
});

test("a new place that cannot be reached is tried again, spaced and not for ever; the session is served where it is", async () => {
  scene.lifecycle.refuse = (url) => (url.startsWith(there) ? answer(503, {}) : undefined);
  await scene.move(scene.first, { afterMs: 0, url: there });
  await scene.clock.run(1_800_000);
  const tries = scene.places.filter((place) => place === "there").length;
  assert.ok(tries > 1 && tries <= 10, `${tries} tries`);
  scene.first.message(1, "still here");
  await scene.clock.run(0);
  assert.deepEqual([scene.events.at(-1), scene.session.state, scene.first.isClosed, scene.session.lifecycleUrl], ["1 still here", "attached", false, "http://fake"]);
  scene.first.close();
  const before = scene.places.length;
  assert.ok(await scene.clock.runUntil(() => scene.lifecycle.connections.length === 2, 5_000));
  assert.deepEqual(scene.places.slice(before), ["fake"]);
});

test("a new place that refuses for good is not asked again, and ends nothing", async () => {
  scene.lifecycle.refuse = (url) => (url.startsWith(there) ? answer(404, {}) : undefined);
  await scene.move(scene.first, { afterMs: 0, url: there });
  await scene.clock.run(600_000);
  assert.deepEqual([scene.places, scene.session.state], [["fake", "there"], "attached"]);
});

test("a new place that does not know the token is asked at once without it", async () => {
  scene.lifecycle.refuse = () => (scene.lifecycle.negotiations.at(-1)!.reconnectToken ? answer(401, { type: "urn:lifecycle:problem:reconnect_token_invalid" }) : undefined);
  await scene.move(scene.first, { afterMs: 0, url: there });
  assert.deepEqual([scene.clock.now(), scene.lifecycle.negotiations.map((asked) => asked.reconnectToken)], [0, [undefined, "token-1", undefined]]);
  await scene.ack(scene.newest, { resumed: false });
  assert.deepEqual([scene.session.state, scene.events], ["attached", ["reconnect_token_invalid", "fresh"]]);
});

test("one that loses its connection on the way tries both places by turns, and stays where it is acked", async () => {
  scene.lifecycle.refuse = () => answer(503, {});
  await scene.move(scene.first, { afterMs: 60_000, url: there });
  scene.first.close();
  assert.ok(await scene.clock.runUntil(() => scene.lifecycle.asked.length === 5, 60_000));
  assert.deepEqual(scene.places, ["fake", "there", "fake", "there", "fake"]);
  scene.lifecycle.refuse = (url) => (url.startsWith(there) ? undefined : answer(503, {}));
  scene.lifecycle.connected = (connection) => connection.ack({ ...newer, resumed: true });
  assert.ok(await scene.clock.runUntil(() => scene.session.state === "attached", 60_000));
  await scene.clock.run(120_000);
  assert.deepEqual([scene.session.lifecycleUrl, scene.places.at(-1), scene.lifecycle.connections.length], [there, "there", 2]);
});

test("of two orders the later one counts, while the first one waits", async () => {
  await scene.move(scene.first, { afterMs: 60_000 });
  await scene.move(scene.first, { afterMs: 1_000, url: there });
  await scene.clock.run(1_000);
  await scene.ack(scene.newest);
  await scene.clock.run(120_000);
  assert.deepEqual([scene.places, scene.session.lifecycleUrl], [["fake", "there"], there]);
});

test("a later order to stay at the same place leaves nothing of the way to the other one", async () => {
  await scene.move(scene.first, { afterMs: 60_000, url: there });
  await scene.move(scene.first, { afterMs: 50_000 });
  await scene.lose(scene.first);
  assert.ok(await scene.clock.runUntil(() => scene.lifecycle.connections.length === 2, 5_000));
  assert.deepEqual(scene.places, ["fake", "fake"]);
});

test("a session can move again, and back", async () => {
  await scene.move(scene.first, { afterMs: 0, url: there });
  await scene.ack(scene.newest);
  const second = scene.newest;
  second.move({ afterMs: 0, url: "http://fake" });
  await scene.clock.run(0);
  await scene.ack(scene.newest);
  assert.deepEqual([scene.places, second.calls, second.isClosed, scene.session.lifecycleUrl], [["fake", "there", "fake"], ["release"], true, "http://fake"]);
});
