import assert from "node:assert/strict";
import { test } from "node:test";
import { ReconnectSchedule } from "../src/schedule.js";
import { seeded } from "./support/random.js";

test("the plan fits the grace window and its last attempt lies between 65 and 80 % of it", () => {
  for (let seed = 0; seed < 500; seed++) {
    for (const grace of [1_000, 6_000, 8_000, 120_000]) {
      const { planned } = ReconnectSchedule.forReconnect(grace, seed % 5, seeded(seed));
      const last = planned[planned.length - 1]!;
      assert.ok(planned.length >= 2, `${planned.length} tries in ${grace} ms`); // the second one is a sign of life
      assert.ok(last >= 0.65 * grace && last <= 0.8 * grace, `${last} of ${grace}`);
      assert.deepEqual([...planned].sort((a, b) => a - b), planned);
      assert.ok(planned[0]! <= grace * 0.25 || planned.length === 1);
    }
  }
});

test("after the plan the delays still spread at the cap: the cap comes first, the jitter after", () => {
  const random = seeded(7);
  const delays: number[] = [];
  for (let fleet = 0; fleet < 300; fleet++) {
    let schedule = ReconnectSchedule.forAttach();
    for (let i = 0; i < 20; i++) schedule = schedule.next(1e9, undefined, random).rest;
    delays.push(schedule.next(1e9, undefined, random).delayMs);
  }
  assert.ok(delays.every((delay) => delay >= 1_000 && delay < 30_000));
  const buckets = new Set(delays.map((delay) => Math.floor(delay / 3_000)));
  assert.ok(buckets.size >= 8, `only ${buckets.size} of 10 buckets`);
});

test("Retry-After is a floor, with jitter on top, and never parks a session for a day", () => {
  const step = ReconnectSchedule.forReconnect(6_000, 0, () => 0.5).next(0, 20_000, () => 0.5);
  assert.equal(step.delayMs, 22_000);
  const capped = ReconnectSchedule.forReconnect(6_000, 0, () => 0.5).next(0, 86_400_000, () => 0);
  assert.equal(capped.delayMs, 300_000);
});

test("a hanging attempt is cut where the last planned one starts", () => {
  const schedule = ReconnectSchedule.forReconnect(6_000, 0, () => 0);
  const step = schedule.next(0, undefined, () => 0);
  assert.equal(step.delayMs, 0);
  assert.equal(step.budgetMs, 3_900);
});

// Whoever had backed off to 30 s before the service was busy came 30 s after every Retry-After of 2 s.
test("Retry-After in the backoff does not escalate, and Retry-After of nothing is no spin", () => {
  let schedule = ReconnectSchedule.forAttach();
  for (let i = 0; i < 6; i++) schedule = schedule.next(0, undefined, () => 0.9).rest;
  const before = schedule.next(0, undefined, () => 0.5).delayMs;
  for (let i = 0; i < 5; i++) {
    const step = schedule.next(0, 2_000, () => 0.5);
    assert.equal(step.delayMs, 2_500);
    schedule = step.rest;
  }
  assert.equal(schedule.next(0, undefined, () => 0.5).delayMs, before);
  assert.equal(schedule.next(0, 1, () => 0).delayMs, 1_000);
});

// Lifecycle was away for 20 s, gave everybody a whole grace window, and started apps anew that were in the middle of a wait of 9 s.
test("for ten minutes after a loss no wait is longer than the grace window that Lifecycle gives when it is back", () => {
  for (const [grace, longest] of [[1_000, 2_000], [6_000, 4_800], [8_000, 6_400], [120_000, 30_000]] as const) {
    for (let seed = 0; seed < 200; seed++) {
      const random = seeded(seed);
      let [schedule, now] = [ReconnectSchedule.forReconnect(grace, 0, random), 0];
      while (now < 600_000) {
        const inPlan = schedule.planned.length > 0;
        const step = schedule.next(now, undefined, random);
        if (!inPlan) assert.ok(step.delayMs >= 1_000 && step.delayMs <= longest, `${step.delayMs} of ${grace}`);
        [schedule, now] = [step.rest, now + step.delayMs];
      }
      for (let i = 0; i < 5; i++) schedule = schedule.next(now, undefined, () => 0.999).rest;
      assert.ok(schedule.next(now, undefined, () => 0.999).delayMs > 29_000);
    }
  }
});

test("a slot is met within a second behind it, within its bounds", () => {
  const { rest } = ReconnectSchedule.forAttach().next(0, undefined, () => 0);
  for (const [given, from] of [[7_000, 7_000], [1, 1_000], [1e9, 300_000]] as const) {
    assert.equal(rest.nextInSlot(0, given, () => 0).delayMs, from);
    assert.equal(rest.nextInSlot(0, given, () => 0.9).delayMs, from + 900);
  }
});

// A plan whose next attempt is later than the slot made the client late.
test("a slot within the plan comes before it, and leaves it as it is", () => {
  let schedule = ReconnectSchedule.forReconnect(120_000, 0, () => 0);
  while (schedule.planned.length > 2) schedule = schedule.next(schedule.planned[0]!, undefined, () => 0).rest;
  const [first, last] = schedule.planned as [number, number];
  const step = schedule.nextInSlot(first - 10_000, 2_000, () => 0.5);
  assert.deepEqual([step.delayMs, step.budgetMs, step.rest.planned], [2_500, last - first + 7_500, schedule.planned]);
});

// In a crowd an attempt was cut after 0.3 s, and its socket was lost a moment after it had attached.
test("a slot shortly before the last planned attempt has its full time", () => {
  const schedule = ReconnectSchedule.forReconnect(10_000, 0, () => 0.5); // the last one at 7.25 s
  assert.equal(Math.round(schedule.nextInSlot(2_000, 3_000, () => 0).budgetMs!), 2_250);
  assert.equal(schedule.nextInSlot(2_000, 5_000, () => 0).budgetMs, undefined);
});

test("hours of slots leave the waits behind them alone", () => {
  let [schedule, now] = [ReconnectSchedule.forReconnect(6_000, 0, () => 0.5), 0];
  while (now < 7_200_000) {
    const step = schedule.nextInSlot(now, 20_000, () => 0.5);
    [schedule, now] = [step.rest, now + step.delayMs];
  }
  const wait = schedule.next(now, undefined, () => 0.99).delayMs;
  assert.ok(wait >= 1_000 && wait <= 3_000, `${wait}`);
});

test("an attempt that ran past the grace is followed by backoff, one within it by the last planned one", () => {
  const { rest } = ReconnectSchedule.forReconnect(6_000, 0, () => 0).next(0, undefined, () => 0);
  assert.equal(rest.next(5_900, undefined, () => 0).delayMs, 0);
  assert.equal(rest.next(12_000, undefined, () => 0).delayMs, 1_000);
});
