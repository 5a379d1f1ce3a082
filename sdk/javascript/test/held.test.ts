import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import { webhooks, type WebhookAnswer, type WebhookOptions } from "../src/node.js";
import { FakeLifecycle } from "./support/fake.js";
import { until } from "./support/host.js";
import { listen as listenOn } from "./support/ports.js";

const realFetch = globalThis.fetch;
let lifecycle: FakeLifecycle;
let http: Server;

beforeEach(async () => {
  lifecycle = new FakeLifecycle();
  await listen();
});

afterEach(async () => {
  await lifecycle.server.shutdown();
  lifecycle.close();
  http.close();
  http.closeAllConnections();
});

async function listen(handle?: WebhookOptions["handle"]): Promise<void> {
  http?.close();
  const handler = webhooks(lifecycle.server, { secrets: [], ...(handle ? { handle } : {}) });
  http = createServer((request, response) => void handler(request, response));
  await listenOn(http);
}

function post(type = "resurrection_request", id = "w1", sessionId = "s1", more: object = {}): Promise<Response> {
  const url = `http://127.0.0.1:${(http.address() as { port: number }).port}/`;
  const body = JSON.stringify({ type, sessionId, packageName: "com.example.js", attempt: 1, ...more });
  return realFetch(url, { method: "POST", body, headers: { "content-type": "application/json", "webhook-id": id } });
}

async function told(response: Response): Promise<unknown[]> {
  const { status, headers } = response;
  return [status, headers.get("x-lifecycle-held-by"), headers.get("content-type"), await response.text()];
}

const held = [202, "i1", "application/json", '{"heldBy":"i1"}'];
const takenOn = [202, null, null, ""];

// The process that held the session was begun anew, or another one was in its place, because nobody asked it.
test("a resurrection of a session that is attached is held, and it comes back at once", async () => {
  const session = await lifecycle.server.attach("s1");
  assert.deepEqual(await told(await post()), held);
  await until("the new connection", () => lifecycle.connections.length === 2 && session.state === "attached");
  assert.deepEqual([lifecycle.negotiations.length, lifecycle.negotiations[1]!.reconnect, lifecycle.negotiations[1]!.reconnectToken], [2, true, "token-1"]);
  assert.deepEqual(lifecycle.calls, []);
});

test("a resurrection of a session that waits to reconnect is held, and it tries now", async () => {
  const session = await lifecycle.server.attach("s1");
  const away = { type: "urn:lifecycle:problem:service_away" };
  lifecycle.refuse = () => Response.json(away, { status: 503, headers: { "content-type": "application/problem+json", "retry-after": "300" } });
  const refused = new Promise((resolve) => session.on("refused", resolve));
  lifecycle.newest.close();
  await refused;
  lifecycle.refuse = () => undefined;
  assert.deepEqual([session.state, ...(await told(await post()))], ["reconnecting", ...held]);
  await until("the reconnect", () => session.state === "attached");
});

test("a repeated webhook gets the same answer, also when the session has ended, and changes nothing", async () => {
  const session = await lifecycle.server.attach("s1");
  assert.deepEqual(await told(await post()), held);
  await until("the new connection", () => lifecycle.connections.length === 2 && session.state === "attached");
  assert.deepEqual(await told(await post()), held);
  await session.close();
  assert.deepEqual(await told(await post()), held);
  assert.deepEqual([lifecycle.connections.length, lifecycle.server.sessions.length], [2, 0]);
});

test("a resurrection of a session that is not here is taken on as ever, and so is one of a session that has ended", async () => {
  assert.deepEqual(await told(await post()), takenOn);
  await until("the attach", () => lifecycle.server.find("s1")?.state === "attached");
  await lifecycle.server.find("s1")!.close();
  assert.deepEqual(await told(await post("resurrection_request", "w2")), takenOn);
  await until("the attach", () => lifecycle.server.find("s1")?.state === "attached");
  assert.equal(lifecycle.negotiations.at(-1)!.reconnect, false);
});

test("a resurrection of a session that was never attached here is taken on as ever", async () => {
  lifecycle.refuse = () => new Response("", { status: 503 });
  void lifecycle.server.attach("s1").catch(() => undefined);
  await until("the negotiation", () => lifecycle.negotiations[0]);
  assert.deepEqual(await told(await post()), takenOn);
});

test("a session that says goodbye is not held", async () => {
  const session = await lifecycle.server.attach("s1");
  let answer!: () => void;
  lifecycle.newest.call = () => new Promise<void>((resolve) => (answer = resolve));
  const released = session.release();
  const goodbye = answer;
  assert.deepEqual(await told(await post()), takenOn);
  goodbye();
  assert.equal(await released, true);
});

for (const type of ["session_request", "stop_request"]) {
  test(`a ${type} for a session that is held is taken on as ever`, async () => {
    await lifecycle.server.attach("s1");
    assert.deepEqual(await told(await post(type)), takenOn);
    assert.equal(lifecycle.connections.length, 1);
    assert.deepEqual(lifecycle.calls, type === "session_request" ? ['init {"reconnect":true,"instanceId":"i1"}'] : []);
  });
}

const token = (): string | null => lifecycle.asked.at(-1)!.headers.get("x-lifecycle-take-over-token");

for (const type of ["handover_request", "resurrection_request"]) {
  test(`a ${type} with a token takes the session over with it`, async () => {
    assert.deepEqual(await told(await post(type, "w1", "s1", { takeOverToken: "the-token", leaving: "i0" })), takenOn);
    await until("the attach", () => lifecycle.server.find("s1")?.state === "attached");
    assert.equal(token(), "the-token");
  });
}

test("a hand-over of a session that is attached here is taken on, and its connection proves itself", async () => {
  await lifecycle.server.attach("s1");
  assert.deepEqual(await told(await post("handover_request", "w1", "s1", { takeOverToken: "the-token", leaving: "i0" })), takenOn);
  await until("the proof", () => lifecycle.calls.length > 0);
  assert.deepEqual([lifecycle.calls, lifecycle.connections.length], [['init {"reconnect":true,"instanceId":"i1"}'], 1]);
  lifecycle.newest.close();
  await until("the reconnect", () => lifecycle.connections.length === 2);
  assert.equal(token(), null);
});

test("a hand-over of a session whose connection is dead, unknown to it, takes it over with the token", async () => {
  const session = await lifecycle.server.attach("s1");
  lifecycle.answers = () => Promise.reject(new Error("not connected"));
  assert.deepEqual(await told(await post("handover_request", "w1", "s1", { takeOverToken: "the-token", leaving: "i0" })), takenOn);
  await until("the new connection", () => lifecycle.connections.length === 2 && session.state === "attached");
  assert.equal(token(), "the-token");
});

test("a hand-over of a session that waits to reconnect here makes it try now, with the token", async () => {
  const session = await lifecycle.server.attach("s1");
  lifecycle.refuse = () => new Response("", { status: 503, headers: { "retry-after": "300" } });
  const refused = new Promise((resolve) => session.on("refused", resolve));
  lifecycle.newest.close();
  await refused;
  lifecycle.refuse = () => undefined;
  assert.deepEqual(await told(await post("handover_request", "w1", "s1", { takeOverToken: "the-token" })), takenOn);
  await until("the reconnect", () => session.state === "attached");
  assert.deepEqual([token(), lifecycle.negotiations.at(-1)!.reconnectToken], ["the-token", undefined]);
});

test("a handler of the app's own can say it, and nothing that is no instance", async () => {
  await listen(async ({ sessionId }): Promise<WebhookAnswer> => {
    if (sessionId === "s2") return { status: 202, heldBy: "not\r\nan-id" };
    return lifecycle.server.comeBack(sessionId) ? { status: 202, heldBy: lifecycle.server.options.instanceId } : { status: 410 };
  });
  assert.equal((await post()).status, 410);
  const session = await lifecycle.server.attach("s1");
  assert.deepEqual(await told(await post("resurrection_request", "w2")), held);
  await until("the new connection", () => lifecycle.connections.length === 2 && session.state === "attached");
  assert.equal((await post("resurrection_request", "w3", "s2")).status, 503);
});
