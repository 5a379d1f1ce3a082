import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { EngineOutlook, wordOf } from "../src/engine.js";
import type { NegotiateOutcome } from "../src/negotiate.js";
import { deferred, type Deferred } from "../src/waiting.js";
import { FakeClock } from "./support/clock.js";

const word = { ackWithinMs: 13_000 };
const redirect: NegotiateOutcome = { kind: "redirect", url: "http://s", accessToken: "t", ...word };
const busy: NegotiateOutcome = { kind: "retry", refusal: { code: "engine_busy", detail: "", retryAfterMs: 20_000 } };

let clock: FakeClock;
let outlook: EngineOutlook;
let answer: Deferred<NegotiateOutcome>;
let asked: number;

beforeEach(() => {
  clock = new FakeClock();
  outlook = new EngineOutlook(clock);
  answer = deferred();
  asked = 0;
});

function ask(): ReturnType<EngineOutlook["ask"]> {
  return outlook.ask(() => {
    asked++;
    return answer.promise;
  }, 10_000);
}

test("of many at once one finds out for all, for a second", async () => {
  const asks = Array.from({ length: 50 }, ask);
  answer.resolve(redirect);
  assert.deepEqual(await Promise.all(asks), Array(50).fill(word));
  assert.deepEqual(await ask(), word);
  assert.equal(asked, 1);
  await clock.run(1_000);
  await ask();
  assert.equal(asked, 2);
});

test("what somebody was answered just now is known to all", async () => {
  outlook.heard(busy);
  assert.deepEqual(await ask(), { retryAfterMs: 20_000 });
  assert.equal(asked, 0);
});

test("one who is not answered takes what somebody else is told meanwhile", async () => {
  const one = outlook.ask(() => Promise.reject(new Error("gone")), 10_000);
  outlook.heard(redirect);
  assert.deepEqual(await one, word);
});

test("one who is never answered ends at the limit, for all, and leaves no timer", async () => {
  const asks = [ask(), ask()];
  await clock.run(10_000);
  assert.deepEqual(await Promise.all(asks), [undefined, undefined]);
  assert.equal(clock.held, 0);
});

test("other refusals say nothing of the engine", () => {
  for (const refusal of [{ code: "http_503", detail: "" }, { code: "http_500", detail: "", retryAfterMs: 1_000 }, { code: "network", detail: "" }]) {
    assert.equal(wordOf({ kind: "retry", refusal }), undefined);
  }
});
