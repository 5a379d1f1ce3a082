// When the page asks the API again: not while nobody sees it, and a slow host less often.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Reading } from "../../../src/Functions/Console/Page/lib/reading.js";

const settle = async () => { for (let n = 0; n < 20; n++) await Promise.resolve(); };
let page;
let reads;
let reading;

class Page extends EventTarget {
  hidden = false;
  show(seen) {
    this.hidden = !seen;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

/** Reads that take a while, and are wanted every 15 s. */
function begin(takesMs = 0, over = false) {
  reading = new Reading(async () => {
    reads.push(Date.now());
    if (takesMs) await new Promise((resolve) => setTimeout(resolve, takesMs));
    return over ? undefined : 15_000;
  }, { page, now: Date.now });
  return settle();
}

async function pass(ms) {
  for (let left = ms; left > 0; left -= 100) {
    mock.timers.tick(Math.min(left, 100));
    await settle();
  }
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  [page, reads] = [new Page(), []];
});
afterEach(() => {
  reading.stop();
  mock.timers.reset();
});

test("It is read at once and then every 15 s, until it is stopped", async () => {
  await begin();
  await pass(30_000);
  assert.deepEqual(reads, [0, 15_000, 30_000]);
  reading.stop();
  await pass(60_000);
  assert.equal(reads.length, 3);
});

test("A reading that wants no more is over", async () => {
  await begin(0, true);
  page.show(false);
  page.show(true);
  reading.hint();
  await pass(60_000);
  assert.deepEqual(reads, [0]);
});

// A tab in the background went on asking: the list of sessions every minute, a bulk action every second.
test("Nothing is read while the page is hidden, and at once when it is seen again", async () => {
  await begin();
  page.show(false);
  reading.hint();
  await pass(600_000);
  assert.deepEqual(reads, [0]);
  page.show(true);
  assert.deepEqual(reads, [0, 600_000]);
  await settle();
  await pass(15_000);
  assert.deepEqual(reads, [0, 600_000, 615_000]);
});

test("A page that is opened in the background reads once somebody looks", async () => {
  page.hidden = true;
  await begin();
  await pass(60_000);
  assert.deepEqual(reads, []);
  page.show(true);
  assert.deepEqual(reads, [60_000]);
});

test("A read that ends while the page is hidden plans no other one", async () => {
  await begin(2_000);
  await pass(1_000);
  page.show(false);
  await pass(600_000);
  assert.deepEqual(reads, [0]);
});

test("What happens soon after a read is read a second after it, however often it is told", async () => {
  await begin();
  for (let n = 0; n < 9; n++) {
    await pass(100);
    reading.hint();
  }
  assert.deepEqual(reads, [0]);
  await pass(100);
  assert.deepEqual(reads, [0, 1_000]);
});

// What was told during a read was lost: the page showed what had been before it for up to 15 s.
test("What is told during a read is read after it", async () => {
  await begin(90);
  reading.hint();
  await pass(1_200);
  assert.deepEqual(reads.length, 2);
  await pass(10_000);
  assert.deepEqual(reads.length, 2, "it is told once");
});

// A host whose answers took two seconds was asked every second while something happened.
test("A read that took two seconds is followed by the next one twenty seconds later", async () => {
  await begin(2_000);
  await pass(2_000);
  reading.hint();
  await pass(19_900);
  assert.deepEqual(reads, [0]);
  await pass(100);
  assert.deepEqual(reads, [0, 22_000]);
});

test("A read that took minutes, as over a sleep of the machine, is followed by the next one within five", async () => {
  await begin(3_600_000);
  mock.timers.tick(3_600_000);
  await settle();
  await pass(300_000);
  assert.deepEqual(reads, [0, 3_900_000]);
});

test("Somebody who asks is read for at once, and after a read that is under way", async () => {
  await begin(90);
  reading.again();
  await pass(1_000);
  assert.equal(reads.length, 1);
  await pass(200);
  assert.equal(reads.length, 2);
  await pass(500);
  reading.again();
  assert.equal(reads.length, 3);
});
