import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { AppServer, AttachedSession, RefusedAttempt } from "../src/index.js";
import { Tries } from "../src/tries.js";
import { FakeClock } from "./support/clock.js";
import { SlowEngine } from "./support/engine.js";
import { seeded } from "./support/random.js";

const firewalled = "connection refused";

let clock: FakeClock;
let engine: SlowEngine;
let refusals: RefusedAttempt[];
let session: AttachedSession;

beforeEach(() => {
  clock = new FakeClock();
  engine = new SlowEngine(clock, () => 0);
  refusals = [];
});

afterEach(() => engine.close());

function begin(seed = 1): AppServer {
  const server = engine.makeServer({ random: seeded(seed) });
  server.configureSessions((s) => s.on("refused", (refusal) => void refusals.push(refusal)));
  server.attach("s1").catch(() => undefined);
  session = server.find("s1")!;
  return server;
}

/** Attached, and what led to it forgotten. */
async function attached(seed = 1): Promise<AppServer> {
  const server = begin(seed);
  await clock.run(0);
  assert.equal(session.state, "attached");
  engine.tries.length = 0;
  return server;
}

const lose = (): void => engine.opened.at(-1)!.lose();
const said = (): string[] => engine.tries.map((known) => known.said);
const triesWithin = (count: number, ms: number): Promise<boolean> => clock.runUntil(() => engine.tries.length >= count, ms);

test("every try is counted, and one that had an address and no socket is told", async () => {
  engine.openError = firewalled;
  begin();
  assert.ok(await triesWithin(3, 30_000));
  assert.deepEqual(said(), ["1", "2 refused", "3 refused"]);
});

test("a negotiate that cannot be reached is counted, and is no refused connect", async () => {
  engine.isUnreachable = true;
  begin();
  assert.ok(await triesWithin(3, 30_000));
  assert.deepEqual(said(), ["1", "2", "3"]);
});

test("after an ack both start anew", async () => {
  engine.openError = firewalled;
  begin();
  await clock.run(20_000);
  engine.openError = undefined;
  assert.ok(await clock.runUntil(() => session.state === "attached", 30_000));
  engine.tries.length = 0;
  lose();
  await clock.run(1_000);
  assert.deepEqual(said(), ["1"]);
});

test("asking for the engine's word while an ack is late is no new try", async () => {
  engine.openError = firewalled;
  begin();
  await clock.run(0);
  [engine.openError, engine.delayMs] = [undefined, 14_000];
  assert.ok(await clock.runUntil(() => session.state === "attached", 30_000));
  assert.ok(engine.tries.length >= 3, said().join());
  assert.deepEqual([...new Set(said())], ["1", "2 refused"]);
  assert.equal(engine.opened.length, 1);
});

// Lifecycle closed it, so there was a socket to close.
test("one that is closed for its token while it opens is no refused connect", async () => {
  await attached();
  engine.openError = "Server returned an error on close: stale_token";
  lose();
  assert.ok(await triesWithin(2, 5_000));
  assert.deepEqual(said().slice(0, 2), ["1", "2"]);
});

test("the count stays at a million", () => {
  const tries = new Tries();
  for (let i = 0; i < 1_000_005; i++) tries.next();
  assert.deepEqual(tries.next(), { number: 1_000_000, connectRefused: false });
});

for (const hangs of [false, true]) {
  const block = (): void => {
    if (hangs) engine.hangs = Infinity;
    else engine.openError = firewalled;
  };

  test(`a connect that ${hangs ? "hangs" : "is refused"} leaves room for a second try within the grace window`, async () => {
    for (let seed = 0; seed < 20; seed++) {
      [engine.hangs, engine.openError] = [0, undefined];
      const server = await attached(seed);
      block();
      lose();
      assert.ok(await triesWithin(2, 6_000 * 0.85), `seed ${seed}`);
      assert.equal(said()[1], "2 refused", `seed ${seed}`);
      void server.shutdown();
      await clock.run(15_000);
    }
  });

  test(`behind a firewall, connects that ${hangs ? "hang" : "are refused"} are tried on and on for an hour`, async () => {
    await attached();
    block();
    lose();
    await clock.run(3_600_000);
    const times = [...engine.tries.map((known) => known.atMs), clock.now()];
    const longest = Math.max(...times.slice(1).map((at, i) => at - times[i]!));
    assert.ok(longest <= (hangs ? 40_000 : 30_000), `${longest} ms between two tries`); // one that hangs takes the ten seconds of an attempt
    assert.deepEqual(said(), said().map((_, i) => (i === 0 ? "1" : `${i + 1} refused`)));
    assert.equal(session.state, "reconnecting");
  });
}

// It had backed off to half a minute while connects were refused, and came as late when the service was back.
for (const minutes of [5, 10]) {
  test(`a service that was away for ${minutes} minutes is met within a second of the slot`, async () => {
    await attached();
    engine.openError = firewalled;
    lose();
    await clock.run(120_000);
    [engine.openError, engine.awaySeconds] = [undefined, 7];
    const from = engine.tries.length;
    await clock.run(minutes * 60_000);
    const told = refusals.filter(({ code }) => code === "service_away");
    assert.ok(told.length > (minutes * 60) / 8 - 6, `told ${told.length} times`);
    assert.ok(told.every(({ retryAfterMs }) => retryAfterMs === 7_000));
    const waits = engine.tries.slice(from + 1).map((known, i) => known.atMs - engine.tries[from + i]!.atMs);
    assert.ok(waits.every((wait) => wait >= 7_000 && wait <= 8_000), waits.join());
    assert.ok(new Set(waits).size > 10, "no jitter of its own");
    engine.awaySeconds = undefined;
    assert.ok(await clock.runUntil(() => session.state === "attached", 8_000));
  });
}

// The socket that waits for its ack is worth more than one that nobody can open.
test("a service that is away while an ack is late: the socket is kept", async () => {
  engine.delayMs = 20_000;
  begin();
  await clock.run(0);
  engine.awaySeconds = 3;
  await clock.run(21_000);
  assert.deepEqual([session.state, engine.opened.length, [...new Set(said())]], ["attached", 1, ["1"]]);
});
