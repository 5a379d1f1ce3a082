import assert from "node:assert/strict";
import { test } from "node:test";
import { AckWait } from "../src/ackwait.js";
import type { EngineWord } from "../src/engine.js";
import { seeded } from "./support/random.js";

const none = (): number => 0;

test("where nothing is promised the standard is the only round", () => {
  const wait = AckWait.for(undefined, 5_000, 0);
  assert.equal(wait.first(none), 5_000);
  assert.equal(wait.late(5_000, { ackWithinMs: 60_000 }, none).nextMs, undefined);
});

test("a round is spread by up to a fifth, and grows with the attempts that had no ack, to the fourfold", () => {
  assert.deepEqual([0, 0.5, 1].map((random) => AckWait.for(20_000, 5_000, 0).first(() => random)), [20_000, 22_000, 24_000]);
  assert.deepEqual([0, 1, 2, 3, 4, 1_000].map((unanswered) => AckWait.for(5_000, 5_000, unanswered).first(none)), [5_000, 7_500, 11_250, 16_875, 20_000, 20_000]);
  assert.equal(AckWait.for(AckWait.mostMs, 5_000, 9).first(none), AckWait.mostMs);
});

test("a connection that waited twice what is promised is given up when the engine keeps up", () => {
  const { wait, nextMs } = AckWait.for(5_000, 5_000, 0).late(5_000, { ackWithinMs: 5_000 }, none);
  assert.equal(nextMs, 5_000);
  assert.equal(wait.late(10_000, { ackWithinMs: 5_000 }, none).nextMs, undefined);
});

// What is known of a long queue is forgotten before the queue has passed: everybody gave up shortly before the ack.
test("one on an engine that is behind waits on, and remembers the highest promise", () => {
  const { wait, nextMs } = AckWait.for(5_000, 5_000, 0).late(5_000, { ackWithinMs: 120_000 }, none);
  assert.equal(nextMs, 120_000);
  assert.equal(wait.late(260_000, { ackWithinMs: 20_000 }, none).nextMs, 20_000);
  assert.equal(wait.late(260_000, { ackWithinMs: 5_000 }, none).nextMs, undefined);
});

test("a busy engine is asked again after Retry-After, within bounds; when nobody says anything the last promise counts", () => {
  const wait = AckWait.for(8_000, 5_000, 0);
  assert.equal(wait.late(100_000, { retryAfterMs: 30_000 }, () => 0.5).nextMs, 33_000);
  assert.equal(wait.late(100_000, { retryAfterMs: 1e9 }, none).nextMs, 300_000);
  assert.equal(wait.late(100_000, { retryAfterMs: 1 }, none).nextMs, 100);
  assert.equal(wait.late(8_000, undefined, none).nextMs, 8_000);
  assert.equal(wait.late(16_000, undefined, none).nextMs, undefined);
});

test("whatever is said, ten minutes are the end", () => {
  for (let seed = 0; seed < 500; seed++) {
    const random = seeded(seed);
    let wait = AckWait.for(5_000 + 115_000 * random(), 5_000, Math.floor(random() * 5));
    let waited = 0;
    for (let round: number | undefined = wait.first(random); round !== undefined; ) {
      waited += round;
      const words: (EngineWord | undefined)[] = [undefined, { ackWithinMs: 5_000 + 115_000 * random() }, { retryAfterMs: 40_000 * random() }];
      ({ wait, nextMs: round } = wait.late(waited, words[Math.floor(random() * 3)], random));
    }
    assert.ok(waited <= AckWait.mostMs * 1.2, `seed ${seed}: ${waited}`);
  }
});
