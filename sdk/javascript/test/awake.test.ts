import assert from "node:assert/strict";
import { test } from "node:test";
import { afterAwake } from "../src/waiting.js";
import { FakeClock } from "./support/clock.js";

/** A clock whose timers fire late after a sleep, as those of a machine that stood still. */
class SleepyClock extends FakeClock {
  private slept = 0;

  override now(): number {
    return super.now() + this.slept;
  }

  /** What is due within `ms` fires behind the whole sleep. */
  async sleep(ms: number, due: number): Promise<void> {
    this.slept += ms - due;
    await this.run(due);
  }
}

function begin(): { clock: SleepyClock; fired: () => boolean; undo: () => void } {
  const clock = new SleepyClock();
  let isFired = false;
  const undo = afterAwake(clock, 8_000, () => (isFired = true));
  return { clock, fired: () => isFired, undo };
}

test("a process that runs is called when the time is over", async () => {
  const { clock, fired } = begin();
  await clock.run(7_999);
  assert.equal(fired(), false);
  await clock.run(1);
  assert.equal(fired(), true);
});

// In a drill the machine stood still for 6 s while 200 apps came back from a cloud restart: attempts were cut the moment it went on, each
// with the answer waiting in its socket. Lifecycle saw the apps come and be lost, and come again.
test("a machine that stood still leaves time to read what came meanwhile", async () => {
  const { clock, fired } = begin();
  await clock.run(7_800);
  await clock.sleep(8_000, 2_000);
  assert.equal(fired(), false);
  await clock.run(2_000);
  assert.equal(fired(), true);
});

test("a process that sleeps again and again is called all the same", async () => {
  const { clock, fired } = begin();
  for (let i = 0; i < 4; i++) await clock.sleep(4_000, 2_000);
  assert.equal(fired(), false);
  for (let i = 0; i < 4; i++) await clock.sleep(4_000, 2_000);
  assert.equal(fired(), true);
});

test("one that is taken back is not called, and leaves no timer behind", async () => {
  const { clock, fired, undo } = begin();
  await clock.run(3_000);
  undo();
  assert.equal(clock.held, 0);
  await clock.run(20_000);
  assert.equal(fired(), false);
});
