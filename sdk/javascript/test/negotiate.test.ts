import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { wordOf } from "../src/engine.js";
import { negotiate, type NegotiateOutcome, type NegotiateRequest } from "../src/negotiate.js";
import { check } from "../src/options.js";

const options = check({ lifecycleUrl: "http://fake", packageName: "p", apiKey: "k" });
const request: NegotiateRequest = { sessionId: "s", packageName: "p", instanceId: "i", reconnect: undefined, reconnectToken: undefined, lastSeq: undefined };
const realFetch = globalThis.fetch;
let answer: Response;

let sent: RequestInit;

beforeEach(() => void (globalThis.fetch = (async (_url, init) => ((sent = init!), answer)) as typeof fetch));
afterEach(() => void (globalThis.fetch = realFetch));

function outcomeOf(status: number, body: object, headers: Record<string, string> = {}): Promise<NegotiateOutcome> {
  answer = Response.json(body, { status, headers: { "content-type": status === 200 ? "application/json" : "application/problem+json", ...headers } });
  return negotiate(options, request, { number: 1, connectRefused: false }, new AbortController().signal);
}

for (const [given, expected] of [[5_000, 5_000], [1e9, 600_000], [0, undefined], [-1, undefined], ["5000", undefined], [null, undefined], [undefined, undefined]]) {
  test(`ackWithinMs ${JSON.stringify(given)} is taken as ${expected ?? "not said"}`, async () => {
    const outcome = await outcomeOf(200, { url: "http://s", accessToken: "t", ackWithinMs: given });
    assert.equal(outcome.kind === "redirect" && outcome.ackWithinMs, expected);
  });
}

for (const [status, type, code] of [[503, "urn:lifecycle:problem:engine_busy", "engine_busy"], [503, "urn:lifecycle:problem:service_away", "service_away"], [503, "about:blank", "http_503"],
   [429, "urn:lifecycle:problem:engine_busy", "http_429"]] as const) {
  test(`${status} with ${type} is ${code}, and says when to come`, async () => {
    const outcome = await outcomeOf(status, { type }, { "retry-after": "7" });
    assert.equal(outcome.kind === "retry" && outcome.refusal.code, code);
    assert.deepEqual(wordOf(outcome), { retryAfterMs: 7_000 });
  });
}

// A Lifecycle that does not know them would refuse a body that has them, and every session would end.
for (const [connectRefused, said] of [[false, null], [true, "true"]] as const) {
  test(`the try is told in headers, a refused connect only when there was one: ${connectRefused}`, async () => {
    answer = Response.json({}, { status: 503 });
    await negotiate(options, request, { number: 3, connectRefused }, new AbortController().signal);
    const headers = new Headers(sent.headers);
    assert.deepEqual([headers.get("x-lifecycle-attempt"), headers.get("x-lifecycle-connect-refused")], ["3", said]);
    assert.equal(headers.get("x-lifecycle-version"), "2");
    assert.deepEqual(JSON.parse(String(sent.body)), { sessionId: "s", packageName: "p", instanceId: "i" });
  });
}

// The browser would have asked that server for leave, and the page could not have attached any more.
test("a page tells the server of its own origin of the try, and no other", async () => {
  const world = globalThis as { location?: { origin: string } };
  try {
    for (const [origin, said] of [["http://fake", "2"], ["http://page", null]] as const) {
      world.location = { origin };
      answer = Response.json({}, { status: 503 });
      await negotiate(options, request, { number: 2, connectRefused: true }, new AbortController().signal);
      assert.equal(new Headers(sent.headers).get("x-lifecycle-attempt"), said);
      assert.equal(new Headers(sent.headers).get("x-lifecycle-version"), said);
    }
  } finally {
    delete world.location;
  }
});

test("a long detail is not cut within an emoji", async () => {
  const outcome = await outcomeOf(400, { detail: `${"a".repeat(299)}${"😀".repeat(300)}`, type: "urn:lifecycle:problem:x" });
  const told = JSON.stringify(outcome);
  assert.ok(told.includes("a") && !/\\ud83d/i.test(told), told);
});

test("Retry-After is read as a date, too; one that is past or no time says nothing", async () => {
  const dated = await outcomeOf(503, {}, { "retry-after": new Date(Date.now() + 60_000).toUTCString() });
  const wait = dated.kind === "retry" ? dated.refusal.retryAfterMs! : 0;
  assert.ok(wait > 50_000 && wait <= 60_000, `${wait}`);
  for (const value of [new Date(Date.now() - 60_000).toUTCString(), "soon"]) {
    const outcome = await outcomeOf(503, {}, { "retry-after": value });
    assert.equal(outcome.kind === "retry" && outcome.refusal.retryAfterMs, undefined);
  }
});
