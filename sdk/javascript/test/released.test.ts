import assert from "node:assert/strict";
import { createServer } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import { Webhook } from "standardwebhooks";
import { handleSignals, webhooks } from "../src/node.js";
import { answer } from "./support/engine.js";
import { secret } from "./support/host.js";
import { released } from "./support/released.js";
import { Scene } from "./support/scene.js";
import { listen } from "./support/ports.js";

const { server: theirs, apps: { javascript: ours } } = released;
const fresh = theirs.acks["fresh"]!;
const known = ["sessionId", "packageName", "instanceId", "reconnect", "reconnectToken", "lastSeq", "attempt", "connectRefused"];
const options = { packageName: "com.example.notes", instanceId: "i1" };
const realFetch = globalThis.fetch;

let scene: Scene;
/** What negotiate refuses its next calls with. */
let problems: string[];

// As strict as the released server: a field that it does not know is refused, and so is a call.
beforeEach(() => {
  scene = new Scene();
  problems = [];
  scene.lifecycle.refuse = () => {
    const unknown = Object.keys(scene.lifecycle.negotiations.at(-1)!).some((field) => !known.includes(field));
    const name = unknown ? "unknown_field" : problems.shift();
    if (name === undefined) return undefined;
    const { status, body, retryAfter } = theirs.problems[name]!;
    return answer(status, body, retryAfter === null ? undefined : 1);
  };
  scene.lifecycle.answers = (method) => (method in ours.calls ? Promise.resolve() : Promise.reject(new Error(theirs.unknownMethod)));
});

afterEach(() => scene.close());

function said(request: string, attempt?: string): void {
  const { body, headers } = ours.negotiate[request]!;
  assert.deepEqual(scene.lifecycle.negotiations.at(-1), body);
  const sent: Record<string, string> = {};
  scene.lifecycle.asked.at(-1)!.headers.forEach((value, name) => void (sent[name] = value));
  const { "x-lifecycle-version": version, "x-lifecycle-attempt": number, ...rest } = sent;
  assert.deepEqual([version, number, rest], ["2", attempt ?? headers["x-lifecycle-attempt"], { accept: "application/json", "content-type": "application/json" }]);
}

async function comeBack(ack = theirs.acks["resumed"]!): Promise<void> {
  scene.lifecycle.connected = (connection) => connection.ack(ack);
  await scene.lose(scene.newest);
  await scene.clock.run(3_000);
}

test("a session subscribes, handles and comes back with its token, and tells nothing", async () => {
  await scene.attach(fresh, options);
  said("first");
  assert.equal(scene.session.ack!.version, 1);
  scene.session.setSubscriptions(["audio"]).catch(() => undefined);
  scene.newest.message(theirs.message.seq, theirs.message.body);
  await scene.clock.run(10_000);
  await comeBack();
  said("again");
  scene.newest.message(theirs.message.seq, theirs.message.body); // again, and it knows that one
  await scene.clock.run(10_000);
  assert.deepEqual(scene.events, ["1 one", "reconnected"]);
  assert.deepEqual([scene.session.subscriptions, (await scene.leave("drain")).result], [["audio"], true]);
  assert.deepEqual(scene.lifecycle.calls, ['setSubscriptions ["audio"] 0']);
});

test("an ack that wants init gets it", async () => {
  await scene.attach(theirs.acks["initWanted"]!, options);
  assert.deepEqual(scene.lifecycle.calls, [`init ${JSON.stringify(ours.calls["init"]![0])}`]);
  await scene.clock.run(0);
  assert.equal(scene.session.state, "attached");
});

test("a stop, superseded, and a goodbye, end it as they did", async () => {
  await scene.attach(fresh, options);
  const stopped = await scene.begin("s0");
  scene.newest.stopped(theirs.stop.reason);
  assert.deepEqual([await scene.endOf(stopped), scene.newest.isClosed], ["stopped", true]);
  await scene.superseded(scene.first, false);
  assert.deepEqual([await scene.endOf(), scene.first.isClosed, scene.lifecycle.calls], ["superseded", true, []]);
  const second = await scene.begin("s2");
  await scene.leave("goodbye");
  assert.deepEqual([await scene.endOf(second), scene.lifecycle.calls], ["released", ["release"]]);
});

for (const [name, kind] of [["not_started", "not_started"], ["superseded", "superseded"], ["stopped", "stopped"], ["stale_token", undefined], ["stale_connect", undefined]] as const) {
  test(`a close as ${name} is taken for what it says`, async () => {
    await scene.attach(fresh, options);
    await scene.lose(scene.newest, theirs.closes[name]);
    await scene.clock.run(5_000);
    assert.deepEqual([await scene.endOf(), scene.lifecycle.connections.length], [kind, kind === undefined ? 2 : 1]);
    if (kind === undefined) assert.equal(scene.lifecycle.negotiations.at(-1)!.reconnectToken, name === "stale_token" ? undefined : "<token>");
  });
}

for (const problem of ["reconnect_token_invalid", "reconnect_token_expired", "reconnect_token_mismatch", "service_away", "engine_busy"]) {
  test(`what negotiate refuses for now as ${problem} is tried again`, async () => {
    await scene.attach(fresh, options);
    scene.newest.message(theirs.message.seq, theirs.message.body);
    problems.push(problem);
    await comeBack();
    assert.deepEqual(scene.events, ["1 one", problem, "reconnected"]);
    said(problem.startsWith("reconnect_token") ? "withoutToken" : "again", "2");
  });
}

for (const [problem, kind] of [["unauthorized", "unauthorized"], ["unknown_field", "rejected"]] as const) {
  test(`what negotiate refuses for good as ${problem} ends it`, async () => {
    problems.push(problem);
    await scene.attach(fresh, options);
    assert.equal(await scene.endOf(), kind);
  });
}

for (const [what, body, endsAt] of [["has returned", "one", 0], ["hangs", "long", 5_000]] as const) {
  test(`SIGTERM with nothing set is a drain where the handler ${what}: no call, and no longer than before`, async () => {
    await scene.attach(fresh, options);
    await scene.send(body);
    const begun = scene.clock.now();
    let endedAt: number | undefined;
    handleSignals(scene.server, () => void (endedAt = scene.clock.now() - begun));
    process.emit("SIGTERM", "SIGTERM");
    await scene.clock.run(30_000);
    assert.deepEqual([endedAt, await scene.endOf(), scene.lifecycle.calls], [endsAt, "closed", []]);
    process.emit("SIGTERM", "SIGTERM"); // takes the handlers off
  });
}

test("what was not told before Lifecycle was rolled back is kept from the one that does not know it", async () => {
  await scene.attach({ ...fresh, version: 2, handOverMs: 25_000 }, options);
  await scene.send("one");
  await comeBack();
  scene.newest.message(2, "two");
  await scene.clock.run(60_000);
  assert.deepEqual([scene.events, scene.lifecycle.calls], [["1 one", "reconnected", "2 two"], []]);
});

test("webhooks are taken and answered as they were", async () => {
  await scene.attach(fresh, options);
  const handler = webhooks(scene.server, { secrets: [secret] });
  const http = createServer((request, response) => void handler(request, response));
  const url = `http://127.0.0.1:${await listen(http)}/`;
  await answers(url, "session_request", "accepted");
  await answers(url, "resurrection_request", "held");
  await answers(url, "stop_request", "stopped");
  await answers(url, "lost", "accepted");
  await scene.clock.run(0);
  const { reconnect, reconnectToken } = scene.lifecycle.negotiations.at(-1)!;
  assert.deepEqual([reconnect, reconnectToken, scene.lifecycle.asked.at(-1)!.headers.get("x-lifecycle-take-over-token")], [false, undefined, null]);
  scene.server.stopTakingWebhooks();
  await answers(url, "session_request", "leaving");
  await answers(url, "session_request", "no-match", "whsec_bm90IHRoZSBzZWNyZXQgb2YgdGhpcyBhcHAhIQ==");
  http.close();
  http.closeAllConnections();
});

/** Posts a recorded webhook, and compares the answer with the recorded one of the SDK. */
async function answers(url: string, webhook: string, expected: string, signedWith = secret): Promise<void> {
  const at = new Date();
  const text = JSON.stringify({ ...theirs.webhooks[webhook]!.body, sessionId: "s1", timestamp: "2026-01-01T00:00:00.1234567+00:00" });
  const id = `wh_${webhook}_${expected}`;
  const response = await realFetch(url, { method: "POST", body: text, headers: {
    "content-type": "application/json", "user-agent": theirs.webhooks[webhook]!.headers["User-Agent"]!, "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)), "webhook-signature": new Webhook(signedWith).sign(id, at, text),
  } });
  const given = await response.text();
  const { status, headers, body } = ours.webhookAnswers[expected]!;
  assert.deepEqual([response.status, given === "" ? null : JSON.parse(given)], [status, body]);
  for (const [name, value] of Object.entries(headers)) assert.equal(response.headers.get(name), value, name);
}
