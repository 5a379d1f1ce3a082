import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { inspect } from "node:util";
import { Webhook } from "standardwebhooks";
import { webhooks } from "../src/node.js";
import type { LifecycleWebhook, WebhookAnswer } from "../src/node.js";
import { FakeLifecycle } from "./support/fake.js";
import { quiet, secret } from "./support/host.js";
import { listen } from "./support/ports.js";

const realFetch = globalThis.fetch;
let lifecycle: FakeLifecycle;
let http: Server;
let url: string;
let handled: LifecycleWebhook[] = [];
let answer: WebhookAnswer = { status: 202 };
const logged: string[] = [];
/** What is mounted before the handler. */
let parse: (request: IncomingMessage) => Promise<void> = async () => undefined;

before(async () => {
  lifecycle = new FakeLifecycle({ logger: { ...quiet, error: (text) => void logged.push(text) } });
  const handler = webhooks(lifecycle.server, {
    secrets: [secret],
    handle: async (webhook) => {
      handled.push(webhook);
      return answer;
    },
  });
  http = createServer((request, response) => void parse(request).then(() => handler(request, response)));
  url = `http://127.0.0.1:${await listen(http)}/`;
});

after(() => {
  lifecycle.close();
  http.close();
  http.closeAllConnections();
});

const good = { type: "session_request", sessionId: "s1", packageName: "com.example.js", attempt: 1, runId: "r1" };

function post(body: unknown, change: Record<string, string> = {}, id = `wh_${Math.random()}`): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const at = new Date();
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign(id, at, text),
    ...change,
  };
  return realFetch(url, { method: "POST", body: text, headers });
}

test("a signed webhook is handled once per id, and a repeat gets the same answer", async () => {
  handled = [];
  assert.deepEqual([(await post(good, {}, "wh_1")).status, (await post(good, {}, "wh_1")).status], [202, 202]);
  assert.deepEqual([handled.length, handled[0]!.sessionId, handled[0]!.type, handled[0]!.attempt], [1, "s1", "session_request", 1]);
});

test("a hand-over brings its token and who leaves, and what is printed of it has no token", async () => {
  handled = [];
  assert.equal((await post({ ...good, type: "handover_request", reason: "hand_over", takeOverToken: "the-token", leaving: "i0" })).status, 202);
  const [webhook] = handled;
  assert.deepEqual([webhook!.type, webhook!.reason, webhook!.takeOverToken, webhook!.leaving], ["handover_request", "hand_over", "the-token", "i0"]);
  assert.doesNotMatch(`${inspect(webhook)} ${JSON.stringify({ ...webhook })}`, /the-token/);
  for (const takeOverToken of ["", "with space", "ü", "x".repeat(1_025), 7]) {
    const bad = await post({ ...good, type: "handover_request", takeOverToken });
    assert.deepEqual([bad.status, Object.keys(((await bad.json()) as { errors: object }).errors)], [400, ["takeOverToken"]]);
  }
});

test("one that was not taken on is asked again, and that is nobody's leaving", async () => {
  handled = [];
  answer = { status: 503, retryAfterSeconds: 3 };
  const busy = await post(good, {}, "wh_2");
  assert.deepEqual([busy.status, busy.headers.get("retry-after"), busy.headers.get("content-type")], [503, "3", "application/problem+json"]);
  assert.equal(busy.headers.get("x-lifecycle-leaving"), null);
  answer = { status: 202 };
  assert.equal((await post(good, {}, "wh_2")).status, 202);
  assert.equal(handled.length, 2);
});

test("what cannot be verified is refused with its fault", async () => {
  handled = [];
  const wrong = await post(good, { "webhook-signature": "v1,AAAA" });
  assert.deepEqual([wrong.status, ((await wrong.json()) as { type: string }).type], [401, "urn:lifecycle:webhook:no-match"]);
  assert.equal(((await (await post(good, { "webhook-timestamp": "1" })).json()) as { type: string }).type, "urn:lifecycle:webhook:too-old");
  assert.equal(handled.length, 0);
});

test("bad input is refused by field, too much and other types by status, and nothing is handled", async () => {
  handled = [];
  const invalid = await post({ type: "x", sessionId: "a b", packageName: "other", attempt: -1 });
  const { errors } = (await invalid.json()) as { errors: object };
  assert.deepEqual([invalid.status, Object.keys(errors).sort()], [400, ["attempt", "packageName", "sessionId", "type"]]);
  assert.equal((await post("{")).status, 400);
  assert.equal((await post("[1]")).status, 400);
  const half = await post('{"type":"stop_request","sessionId":"s1","packageName":"com.example.app","reason":"bye \\ud83d"}');
  assert.ok("reason" in ((await half.json()) as { errors: object }).errors);
  assert.equal((await post({ ...good, reason: "x".repeat(70_000) })).status, 413);
  assert.equal((await post(good, { "content-type": "text/plain" })).status, 415);
  assert.equal((await realFetch(url)).status, 405);
  assert.equal(handled.length, 0);
});

/** Reads the body as a body parser does, and leaves of it what `kept` says. */
async function behindParser<T>(kept: (bytes: Buffer) => object, act: () => Promise<T>): Promise<T> {
  const before = parse;
  parse = async (request) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    await new Promise((resolve) => request.on("end", resolve));
    Object.assign(request, kept(Buffer.concat(chunks)));
  };
  try {
    return await act();
  } finally {
    parse = before;
  }
}

// Every webhook was answered 401 no-match, its sessions ended EVICTED, and nothing said that express.json() had read the body before.
test("a body that a parser read and did not keep is answered with a code of its own, and the log names the fix", async () => {
  handled = [];
  for (const kept of [(bytes: Buffer) => ({ body: JSON.parse(bytes.toString()) as object }), () => ({})]) {
    logged.length = 0;
    const response = await behindParser(kept, () => post(good));
    const { type, detail } = (await response.json()) as { type: string; detail: string };
    assert.deepEqual([response.status, type], [500, "urn:lifecycle:webhook:body-already-read"]);
    assert.match(detail, /before body parsers/);
    assert.match(logged.join(), /before body parsers such as express\.json\(\).*express\.raw.*rawBody/);
    assert.doesNotMatch(logged.join(), /s1/);
  }
  assert.equal(handled.length, 0);
});

// The bytes were there, and every webhook was refused as no-match.
for (const [name, kept] of Object.entries({
  "rawBody as bytes": (bytes: Buffer) => ({ rawBody: bytes, body: JSON.parse(bytes.toString()) as object }),
  "rawBody as text": (bytes: Buffer) => ({ rawBody: bytes.toString(), body: {} }),
  "body as bytes": (bytes: Buffer) => ({ body: bytes }),
  "body as an array of bytes": (bytes: Buffer) => ({ body: new Uint8Array(bytes) }),
  "body as text": (bytes: Buffer) => ({ body: bytes.toString() }),
})) {
  test(`a body that a parser kept is verified and read: ${name}`, async () => {
    handled = [];
    await behindParser(kept, async () => {
      assert.equal((await post({ ...good, reason: "🙂 ü" })).status, 202);
      assert.equal((await post(good, { "webhook-signature": "v1,AAAA" })).status, 401);
      assert.equal((await post({ ...good, reason: "x".repeat(70_000) })).status, 413);
    });
    assert.deepEqual(handled.map(({ reason }) => reason), ["🙂 ü"]);
  });
}

test("a parser that leaves the stream alone and sets a body of its own changes nothing", async () => {
  const before = parse;
  parse = async (request) => void Object.assign(request, { body: {} });
  assert.equal((await post(good)).status, 202);
  parse = before;
});

// It needed no signature, and took the process with it, with everybody's sessions.
test("a caller that hangs up in the middle of its body harms nobody", async () => {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  await new Promise<void>((resolve) => socket.on("connect", resolve));
  socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{");
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await post(good)).status, 202);
});

test("a process that leaves takes nothing on and says when to ask again", async () => {
  lifecycle.server.stopTakingWebhooks();
  const leaving = await post(good);
  assert.deepEqual([leaving.status, leaving.headers.get("retry-after"), leaving.headers.get("x-lifecycle-leaving")], [503, "2", "i1"]);
  const handOver = await post({ ...good, type: "handover_request", takeOverToken: "t", leaving: "i1" });
  assert.deepEqual([handOver.status, handOver.headers.get("x-lifecycle-leaving")], [503, "i1"]);
});
