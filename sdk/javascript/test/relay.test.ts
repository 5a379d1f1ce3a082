import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { HubCallError } from "../src/reasons.js";
import { answer } from "./support/engine.js";
import { RelayScene } from "./support/relayscene.js";

let scene: RelayScene;

beforeEach(() => {
  scene = new RelayScene();
});

afterEach(() => scene.close());

const away = (status: number, type: string, headers: Record<string, string> = {}): Response => {
  const response = answer(status, { type: `urn:lifecycle:problem:${type}` });
  return new Response(response.body, { status, headers: { "content-type": "application/problem+json", ...headers } });
};

const gaps = (times: readonly number[]): number[] => times.slice(1).map((time, i) => time - times[i]!);

test("it connects, says that it is ready, and says so again every minute", async () => {
  assert.equal(scene.server.isRelayReady, false);
  await scene.clock.run(0);
  assert.equal(scene.server.isRelayReady, true);
  assert.deepEqual(scene.negotiations, [{ at: 0, url: "http://fake/api/relay/negotiate", body: { packageName: "com.example.js", instanceId: "i1" } }]);
  await scene.clock.run(600_000);
  assert.deepEqual([...new Set(scene.newest.words)], ["ready"]);
  for (const gap of gaps(scene.newest.calls.map(({ at }) => at))) assert.ok(gap >= 48_000 && gap <= 72_000, `${gap}`);
  assert.equal(scene.sockets.length, 1);
});

test("a server without the option opens nothing", async () => {
  scene.close();
  scene = new RelayScene({ relay: false });
  await scene.clock.run(60_000);
  assert.deepEqual([scene.negotiations.length, scene.server.isRelayReady], [0, false]);
});

test("a lost connection is made again at once", async () => {
  await scene.clock.run(0);
  scene.newest.cut("away");
  assert.ok(await scene.clock.runUntil(() => scene.sockets.length === 2 && scene.server.isRelayReady, 1_200));
});

test("while nobody answers it tries on for as long as that takes", async () => {
  scene.refuse = () => {
    throw new TypeError("fetch failed");
  };
  await scene.clock.run(3_600_000);
  assert.ok(scene.negotiations.length > 120 && scene.negotiations.length < 800, `${scene.negotiations.length}`);
  assert.equal(scene.logged.length, 1);
  scene.refuse = () => undefined;
  assert.ok(await scene.clock.runUntil(() => scene.server.isRelayReady, 31_000));
});

test("a wrong key is not final: an app may be registered after its processes are up", async () => {
  scene.refuse = () => away(401, "unauthorized");
  await scene.clock.run(120_000);
  assert.ok(scene.negotiations.length >= 5);
  scene.refuse = () => undefined;
  assert.ok(await scene.clock.runUntil(() => scene.server.isRelayReady, 31_000));
});

test("Retry-After of a service that is away is honoured", async () => {
  scene.refuse = () => away(503, "service_away", { "retry-after": "7" });
  await scene.clock.run(30_000);
  for (const gap of gaps(scene.negotiations.map(({ at }) => at))) assert.ok(gap >= 7_000 && gap <= 8_000, `${gap}`);
});

test("whoever is not heard opens another connection", async () => {
  await scene.clock.run(0);
  scene.answers = () => new Promise(() => undefined);
  await scene.clock.run(90_000);
  assert.ok(scene.sockets[0]!.isClosed);
  scene.answers = () => Promise.resolve();
  assert.ok(await scene.clock.runUntil(() => scene.server.isRelayReady, 40_000));
});

test("a refused ready is tried again, and nothing is left open", async () => {
  scene.answers = () => Promise.reject(new HubCallError("ready", "too_many"));
  await scene.clock.run(60_000);
  assert.equal(scene.server.isRelayReady, false);
  assert.ok(scene.sockets.length > 4 && scene.sockets.every(({ isClosed }) => isClosed));
});

test("one that leaves says so once, stays for what it was asked, and then closes and holds nothing", async () => {
  await scene.clock.run(0);
  scene.server.stopTakingWebhooks();
  await scene.clock.run(130_000);
  assert.deepEqual([scene.newest.words, scene.newest.isClosed], [["ready", "leaving"], false]);
  const turnedAway = await scene.send(scene.signed());
  assert.deepEqual(turnedAway, { ticket: "ticket-w1", status: 503, headers: { "x-lifecycle-leaving": "i1", "retry-after": "2" } });
  assert.equal(scene.handled.length, 0);
  assert.equal(await scene.server.shutdown("drain"), true);
  assert.deepEqual([scene.newest.isClosed, scene.clock.held, scene.sockets.length], [true, 0, 1]);
});

test("one that leaves and loses its connection makes no other", async () => {
  await scene.clock.run(0);
  scene.server.stopTakingWebhooks();
  scene.newest.cut();
  await scene.clock.run(60_000);
  assert.equal(scene.sockets.length, 1);
});

test("a webhook is handled once, and answered with its ticket", async () => {
  await scene.clock.run(0);
  assert.deepEqual(await scene.send(scene.signed()), { ticket: "ticket-w1", status: 202 });
  assert.deepEqual(await scene.send(scene.signed()), { ticket: "ticket-w1", status: 202 });
  assert.deepEqual(scene.handled.map(({ sessionId }) => sessionId), ["s1"]);
});

test("what cannot be verified or read is refused as at an endpoint, and not handled", async () => {
  await scene.clock.run(0);
  const other = "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhpcnR5IGJ5dGVzISE=";
  const statuses = [];
  for (const webhook of [
    scene.signed("w1", { key: other }), scene.signed("w1", { sent: "{}" }), scene.signed("w1", { at: Date.now() - 400_000 }), { ...scene.signed(), headers: {} },
    { ...scene.signed(), body: "x".repeat(70_000) }, scene.signed("w2", { type: "unknown" }), scene.signed("w3", { session: "a b" }),
  ]) statuses.push((await scene.send(webhook))?.status);
  assert.deepEqual(statuses, [401, 401, 401, 415, 413, 400, 400]);
  assert.equal(scene.handled.length, 0);
});

test("the answer says what an HTTP answer says", async () => {
  await scene.clock.run(0);
  scene.handle = ({ id }) => Promise.resolve(id === "held" ? { status: 202, heldBy: "i1" } : id === "busy" ? { status: 503, retryAfterSeconds: 2.5 } : { status: 410 });
  assert.deepEqual((await scene.send(scene.signed("held", { type: "resurrection_request" })))?.headers, { "x-lifecycle-held-by": "i1" });
  assert.deepEqual((await scene.send(scene.signed("busy")))?.headers, { "retry-after": "3" });
  assert.equal((await scene.send(scene.signed("gone")))?.status, 410);
});

test("a slow handler holds up no other, and nobody is answered who waits no more", async () => {
  await scene.clock.run(0);
  let finish!: () => void;
  scene.handle = ({ id }) => (id === "slow" ? new Promise((resolve) => (finish = () => resolve({ status: 202 }))) : Promise.resolve({ status: 202 }));
  scene.newest.send(scene.signed("slow"));
  assert.equal((await scene.send(scene.signed("quick")))?.ticket, "ticket-quick");
  await scene.clock.run(6_000);
  finish();
  await scene.clock.run(0);
  assert.equal(scene.newest.answers.length, 1);
  assert.equal((await scene.send(scene.signed("slow")))?.status, 202); // asked again, it knows what it answered
  assert.equal(scene.handled.length, 2);
});

test("without secrets signatures are not looked at, and that is said", async () => {
  scene.close();
  scene = new RelayScene({ webhookSecrets: [] });
  await scene.clock.run(0);
  assert.match(scene.logged.join(), /not verified/);
  assert.equal((await scene.send(scene.signed("w1", { sent: JSON.stringify({ type: "session_request", sessionId: "s2", packageName: "com.example.js" }) })))?.status, 202);
});

test("a secret that is none is named without being shown, and options that are printed show none", () => {
  assert.throws(() => new RelayScene({ webhookSecrets: ["whsec_c2hvcnQ="] }), (error: Error) => /webhook secret must be/.test(error.message) && !/c2hvcnQ/.test(error.message));
  assert.doesNotMatch(JSON.stringify(scene.server.options), /whsec_/);
});
