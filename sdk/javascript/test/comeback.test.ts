import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { AppServer, AttachedSession } from "../src/index.js";
import { FakeClock } from "./support/clock.js";
import { SlowEngine } from "./support/engine.js";

let clock: FakeClock;
let engine: SlowEngine;
let server: AppServer;
let session: AttachedSession;

beforeEach(() => {
  clock = new FakeClock();
  engine = new SlowEngine(clock, () => 0);
  server = engine.makeServer();
});

afterEach(() => engine.close());

async function attach(): Promise<void> {
  server.attach("s1").catch(() => undefined);
  session = server.find("s1")!;
  await clock.run(0);
}

const said = (): string[] => engine.tries.map((known) => known.said);
const isLost = (): boolean[] => engine.opened.map((socket) => socket.isLost);

test("attached: another connection takes the place of the one that Lifecycle does not see", async () => {
  await attach();
  engine.speed = 5; // an ack takes two seconds
  assert.equal(server.comeBack("s1"), true);
  await clock.run(0);
  assert.deepEqual([said(), isLost(), session.state], [["1", "1"], [true, false], "reconnecting"]);
  await clock.run(3_000);
  assert.deepEqual([isLost(), session.state], [[true, false], "attached"]);
});

test("the old connection stays until the new one is open, and no longer when that one hangs", async () => {
  await attach();
  engine.hangs = 1;
  assert.equal(server.comeBack("s1"), true);
  await clock.run(0);
  assert.deepEqual(isLost(), [false]);
  await clock.run(6_000);
  assert.deepEqual([isLost(), said(), session.state], [[true, false], ["1", "1", "2 refused"], "attached"]);
});

test("a session that ends meanwhile leaves no socket", async () => {
  await attach();
  engine.hangs = 1;
  server.comeBack("s1");
  await clock.run(0);
  void session.close();
  await clock.run(2_000);
  assert.deepEqual([isLost(), session.state], [[true], "ended"]);
});

test("asked twice, one new connection is made", async () => {
  await attach();
  assert.deepEqual([server.comeBack("s1"), server.comeBack("s1")], [true, true]);
  await clock.run(5_000);
  assert.deepEqual([isLost(), session.state], [[true, false], "attached"]);
});

test("whoever waits for the next try makes it now", async () => {
  await attach();
  engine.awaySeconds = 200;
  engine.opened[0]!.lose();
  await clock.run(10_000);
  engine.awaySeconds = undefined;
  assert.equal(session.state, "reconnecting");
  assert.equal(server.comeBack("s1"), true);
  await clock.run(0);
  assert.deepEqual([said(), session.state], [["1", "1", "2"], "attached"]);
});

test("a socket that waits for its late ack is kept", async () => {
  await attach();
  engine.delayMs = 14_000;
  engine.opened[0]!.lose();
  await clock.run(8_000);
  assert.equal(server.comeBack("s1"), true);
  await clock.run(8_000);
  assert.deepEqual([session.state, engine.opened.length], ["attached", 2]);
});

test("a session that was never attached here, or is unknown, is not held, and nothing happens", async () => {
  engine.awaySeconds = 200;
  await attach();
  assert.deepEqual([server.comeBack("s1"), server.comeBack("s2")], [false, false]);
  await clock.run(10_000);
  assert.deepEqual(said(), ["1"]);
});

test("a process that leaves, and a session that has ended, hold nothing", async () => {
  await attach();
  server.stopTakingWebhooks();
  assert.equal(server.comeBack("s1"), false);
  void session.close();
  await clock.run(2_000);
  assert.deepEqual([session.state, session.comeBack()], ["ended", false]);
});
