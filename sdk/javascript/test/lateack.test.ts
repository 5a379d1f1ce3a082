import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { AppServer, AppServerOptions, AttachedSession, RefusedAttempt } from "../src/index.js";
import { FakeClock } from "./support/clock.js";
import { SlowEngine } from "./support/engine.js";

let clock: FakeClock;
let engine: SlowEngine;
let refusals: RefusedAttempt[];

beforeEach(() => {
  clock = new FakeClock();
  engine = new SlowEngine(clock, () => 0);
  refusals = [];
});

afterEach(() => engine.close());

function makeServer(options: Partial<AppServerOptions> = {}): AppServer {
  const server = engine.makeServer(options);
  server.configureSessions((session) => session.on("refused", (refusal) => void refusals.push(refusal)));
  return server;
}

function attach(server: AppServer, sessionId: string): AttachedSession {
  server.attach(sessionId).catch(() => undefined); // one that is closed before its ack
  return server.find(sessionId)!;
}

const codes = (): string[] => refusals.map((refusal) => refusal.code);

test("an ack behind its promise: the socket is kept, and every round is told", async () => {
  engine.delayMs = 14_000;
  const session = attach(makeServer(), "s1");
  await clock.run(15_000);
  assert.deepEqual([session.state, engine.connected, codes()], ["attached", 1, ["ack_late"]]);
  assert.equal(refusals[0]!.waitsOnMs, 13_000); // what a pulse of 5 s makes
});

test("an ack that never comes though the engine keeps up: it is tried anew with more patience", async () => {
  [engine.delayMs, engine.believesMs] = [86_400_000, 0];
  attach(makeServer(), "s1");
  await clock.run(30_000);
  assert.deepEqual(codes(), ["ack_late", "no_ack", "ack_late", "no_ack"]);
  assert.deepEqual(refusals.filter((r) => r.code === "ack_late").map((r) => r.waitsOnMs), [5_000, 7_500]);
});

test("a server that promises nothing is left after the ack timeout, and asked nothing", async () => {
  [engine.delayMs, engine.promises] = [7_000, false];
  const session = attach(makeServer(), "s1");
  await clock.run(5_500);
  assert.deepEqual([codes(), engine.negotiations], [["no_ack"], 1]);
  await clock.run(8_500); // the second attempt waits 7.5 s
  assert.deepEqual([session.state, engine.connected], ["attached", 2]);
});

test("a socket that is lost while its ack is late is a loss like any", async () => {
  engine.delayMs = 14_000;
  attach(makeServer(), "s1");
  await clock.run(6_000);
  [...engine.sockets][0]!.lose();
  await clock.run(0);
  assert.deepEqual(codes(), ["ack_late", "closed"]);
});

test("a session that is closed while its ack is late ends at once", async () => {
  engine.delayMs = 14_000;
  const session = attach(makeServer(), "s1");
  await clock.run(6_000);
  void session.close();
  await clock.run(0);
  assert.deepEqual([session.state, engine.sockets.size], ["ended", 0]);
});

// One attempt that waited held the only turn, and nobody else came in.
test("one that waits late gives its turn to the next", async () => {
  engine.delayMs = 20_000;
  const server = makeServer({ maxAttemptsAtOnce: 1 });
  const sessions = [attach(server, "s1"), attach(server, "s2")];
  await clock.run(4_000);
  assert.equal(engine.connected, 1);
  await clock.run(2_000);
  assert.deepEqual([sessions[0]!.state, engine.connected], ["attaching", 2]);
  await clock.run(30_000);
  assert.deepEqual([...sessions.map((session) => session.state), engine.connected], ["attached", "attached", 2]);
});

test("a busy engine is asked again when Retry-After is over", async () => {
  engine.believesMs = 120_000;
  const session = attach(makeServer(), "s1");
  await clock.run(29_000);
  assert.deepEqual(refusals.map((r) => [r.code, r.retryAfterMs]), [["engine_busy", 30_000]]);
  engine.believesMs = 0;
  await clock.run(2_000);
  assert.deepEqual([session.state, engine.negotiations], ["attached", 2]);
});

for (const stage of ["negotiate", "start"] as const) {
  test(`a ${stage} that hangs is refused with timeout, and its turn goes on`, async () => {
    if (stage === "negotiate") engine.silences = 1;
    else engine.hangs = 1;
    const server = makeServer({ maxAttemptsAtOnce: 1 });
    const sessions = [attach(server, "s1"), attach(server, "s2")];
    await clock.run(12_000);
    assert.deepEqual([codes(), ...sessions.map((session) => session.state)], [["timeout"], "attached", "attached"]);
  });

  // Lifecycle asked for the session, and the attempt that nobody answered was left to its end, if it had one.
  test(`a webhook cuts a ${stage} that hangs, and none that is merely slow`, async () => {
    if (stage === "negotiate") engine.silences = 1;
    else engine.hangs = 1;
    const server = makeServer();
    const session = attach(server, "s1");
    await clock.run(1_000);
    server.begin("s1");
    await clock.run(1_000);
    assert.deepEqual(codes(), []);
    await clock.run(1_000);
    server.begin("s1");
    await clock.run(0);
    assert.deepEqual([session.state, codes()], ["attached", ["timeout"]]);
  });
}

test("a webhook does not cut one whose ack is late", async () => {
  engine.delayMs = 14_000;
  const server = makeServer();
  const session = attach(server, "s1");
  await clock.run(8_000);
  server.begin("s1");
  await clock.run(7_000);
  assert.deepEqual([session.state, engine.connected], ["attached", 1]);
});
