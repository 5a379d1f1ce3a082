import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { RelayLinks } from "../src/relays.js";
import type { WebhookAnswer } from "../src/index.js";
import { HubCallError } from "../src/reasons.js";
import { RelayScene, type FakeRelay } from "./support/relayscene.js";

let scene: RelayScene;
let finish: (answer: WebhookAnswer) => void;
/** The handler runs. */
let running: Promise<void>;
let first: FakeRelay;

beforeEach(async () => {
  scene = new RelayScene();
  let run!: () => void;
  running = new Promise((resolve) => (run = resolve));
  scene.handle = () => {
    run();
    return new Promise((resolve) => (finish = resolve));
  };
  await scene.clock.run(0);
  first = scene.newest;
});

afterEach(() => scene.close());

/** The sessions have moved to another Lifecycle. */
const move = (): void => (scene.server as unknown as { readonly relays: RelayLinks }).relays.follow(new Set(["http://other"]));

/** A webhook whose handler runs. The signature is checked by the runtime, in a time of its own. */
async function ask(): Promise<void> {
  first.send(scene.signed());
  await running;
}

// Lifecycle waited in vain for what the handler had answered, and another process was asked to do it once more.
test("a link that stops says that it leaves, and closes after the answer", async () => {
  await ask();
  move();
  await scene.clock.run(2_000);
  assert.deepEqual([first.words, first.isClosed], [["ready", "leaving"], false]);
  finish({ status: 202 });
  assert.ok(await scene.clock.runUntil(() => first.isClosed, 100));
  assert.deepEqual(first.answers.map(({ status }) => status), [202]);
  assert.deepEqual(scene.logged, []);
});

test("a handler that does not end is waited for no longer than the limit of the stop", async () => {
  await ask();
  move();
  await scene.clock.run(4_900);
  assert.equal(first.isClosed, false);
  assert.ok(await scene.clock.runUntil(() => first.isClosed, 200));
  assert.deepEqual(first.answers, []);
});

test("a link that nothing is under way on says that it leaves, and closes at once", async () => {
  move();
  assert.ok(await scene.clock.runUntil(() => first.isClosed, 0));
  assert.deepEqual(first.words, ["ready", "leaving"]);
});

// The handler had ended in time, and its answer was cut off on the way.
test("a shutdown closes it after the answer has gone out", async () => {
  let arrive!: () => void;
  scene.answers = (method) => (method === "answer" ? new Promise((resolve) => (arrive = resolve)) : Promise.resolve());
  await ask();
  const done = scene.server.shutdown("drain", 4_000);
  await scene.clock.run(0);
  finish({ status: 202 });
  await scene.clock.run(1_000);
  assert.deepEqual([first.answers.length, first.isClosed], [1, false]);
  arrive();
  assert.ok(await scene.clock.runUntil(() => first.isClosed, 0));
  assert.equal(await done, true);
  assert.equal(scene.clock.held, 0);
});

// A connection that was called off while it was being made was logged as one that could not be made.
test("a stop while it connects warns of nothing", async () => {
  scene.answers = () => new Promise(() => undefined);
  move(); // the new one is not heard
  await scene.clock.run(100);
  assert.equal(scene.sockets.length, 2);
  const done = scene.server.shutdown("drain", 7_000);
  await scene.clock.run(7_000);
  await done;
  assert.ok(scene.sockets.every(({ isClosed }) => isClosed));
  assert.deepEqual(scene.logged, []);
});

// That it was not heard to leave was logged as if the process took webhooks and something was wrong with it.
test("a process that is not heard to leave warns of nothing", async () => {
  scene.answers = (method) => (method === "leaving" ? Promise.reject(new HubCallError("leaving", "unavailable")) : Promise.resolve());
  scene.server.stopTakingWebhooks();
  await scene.clock.run(1_000);
  assert.deepEqual(scene.logged, []);
});

// A header that is none: it was not answered, and Lifecycle waited until its time was over.
test("one that cannot be taken is answered with a failure, and that is logged", async () => {
  const answer = await scene.send({ ...scene.signed(), headers: { "a b": "x" } });
  assert.deepEqual(answer, { ticket: "ticket-w1", status: 500 });
  assert.match(scene.errors.join(), /could not be taken/);
});
