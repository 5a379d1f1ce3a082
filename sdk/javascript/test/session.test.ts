import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { inspect } from "node:util";
import type { AttachedSession } from "../src/index.js";
import { FakeLifecycle, type FakeConnection } from "./support/fake.js";
import { until } from "./support/host.js";

let lifecycle: FakeLifecycle;
let events: string[];

beforeEach(() => {
  lifecycle = new FakeLifecycle();
  events = [];
  lifecycle.server.configureSessions((session) => {
    session.on("message", (message) => void events.push(`message ${message.seq}`));
    session.on("reconnected", (ack) => void events.push(`reconnected ${ack.seq}`));
    session.on("refused", (refusal) => void events.push(`refused ${refusal.code}`));
    session.on("ended", (reason) => void events.push(`ended ${reason.kind}`));
  });
});

afterEach(async () => {
  await lifecycle.server.shutdown();
  lifecycle.close();
});

const problem = (status: number, code: string): Response =>
  Response.json({ type: `urn:lifecycle:problem:${code}`, detail: "no" }, { status, headers: { "content-type": "application/problem+json" } });

/** The refusal once, then nothing. */
function once(response: () => Response): () => Response | undefined {
  let left = 1;
  return () => (left-- > 0 ? response() : undefined);
}

const next = (what: string): Promise<string> => until(what, () => events.shift());

test("a reconnect shows instance, hint, token and the last message", async () => {
  await lifecycle.server.attach("s1");
  lifecycle.newest.message(5, "x");
  lifecycle.newest.close("gone");
  const again = await until("the second negotiation", () => lifecycle.negotiations[1]);
  assert.deepEqual(lifecycle.negotiations[0], { sessionId: "s1", packageName: "com.example.js", instanceId: "i1", reconnect: false });
  assert.deepEqual(again, { sessionId: "s1", packageName: "com.example.js", instanceId: "i1", reconnect: true, reconnectToken: "token-1", lastSeq: 5 });
});

for (const code of ["reconnect_token_invalid", "reconnect_token_expired", "reconnect_token_mismatch"]) {
  test(`a token that is refused as ${code} is forgotten, and the next try comes at once`, async () => {
    await lifecycle.server.attach("s1");
    lifecycle.refuse = once(() => problem(401, code));
    lifecycle.newest.close();
    assert.equal(await next("the refusal"), `refused ${code}`);
    assert.equal(await next("the reconnect"), "reconnected 0");
    assert.deepEqual(lifecycle.negotiations.map((n) => n.reconnectToken), [undefined, "token-1", undefined]);
  });
}

for (const when of ["before", "after"] as const) {
  test(`a connection that is closed for its token ${when} the ack is made again without it`, async () => {
    await lifecycle.server.attach("s1");
    let closings = 1;
    lifecycle.connected = (connection) => {
      if (closings-- <= 0) return connection.ack({ resumed: true });
      if (when === "after") connection.ack({ token: "token-2" });
      connection.close("Server returned an error on close: stale_token");
    };
    lifecycle.newest.close();
    await until("three negotiations", () => lifecycle.negotiations[2]);
    assert.equal(lifecycle.negotiations[2]!.reconnectToken, undefined);
    await until("the refusal", () => events.includes("refused stale_token"));
  });
}

// The reason became `network`, and the token was shown again, and refused again.
test("a connection that is closed for its token while it opens is made again without it", async () => {
  await lifecycle.server.attach("s1");
  lifecycle.closesAtStart = "Server returned an error on close: stale_token";
  lifecycle.newest.close();
  assert.equal(await next("the refusal"), "refused stale_token");
  lifecycle.closesAtStart = undefined;
  await until("the reconnect", () => events.includes("reconnected 0"));
  assert.deepEqual(lifecycle.negotiations.slice(0, 3).map((n) => n.reconnectToken), [undefined, "token-1", undefined]);
});

// The time of the attempt ran out while the refused connection was being stopped: the reason became `timeout`, and the token was shown again.
test("a token that is refused in the last moment of an attempt is not shown again", async () => {
  lifecycle.close();
  lifecycle = new FakeLifecycle({ attemptTimeoutMs: 100 });
  const session = await lifecycle.server.attach("s1");
  session.on("refused", (refusal) => void events.push(`refused ${refusal.code}`));
  session.on("reconnected", () => void events.push("reconnected"));
  [lifecycle.closesAtStart, lifecycle.stopsHang] = ["Server returned an error on close: stale_token", true];
  lifecycle.newest.close();
  assert.equal(await next("the refusal"), "refused stale_token");
  lifecycle.closesAtStart = undefined;
  await until("the reconnect", () => events.includes("reconnected"));
  assert.deepEqual(lifecycle.negotiations.slice(0, 3).map((n) => n.reconnectToken), [undefined, "token-1", undefined]);
});

test("a connection that is refused for good while it opens is the end", async () => {
  const session = await lifecycle.server.attach("s1");
  lifecycle.closesAtStart = "Server returned an error on close: superseded";
  lifecycle.newest.close();
  assert.equal((await session.completion).kind, "superseded");
});

for (const error of [undefined, "WebSocket closed with status code: 1000", "WebSocket closed with status code: 1006", "Server returned an error on close: stale_connect", "Server timeout elapsed"]) {
  test(`after '${error ?? "no error"}' it reconnects`, async () => {
    const session = await lifecycle.server.attach("s1");
    lifecycle.newest.close(error);
    await until("the second connection", () => lifecycle.connections.length === 2 && session.state === "attached");
  });
}

for (const word of ["superseded", "not_started", "stopped"]) {
  test(`'${word}' is the end, with its type`, async () => {
    const session = await lifecycle.server.attach("s1");
    lifecycle.newest.close(`Server returned an error on close: ${word}`);
    assert.equal((await session.completion).kind, word);
    assert.equal(lifecycle.negotiations.length, 1);
  });
}

test("503 with Retry-After is tried again, 401 of the key is the end", async () => {
  const session = await lifecycle.server.attach("s1");
  lifecycle.refuse = once(() => new Response("", { status: 503 }));
  lifecycle.newest.close();
  assert.equal(await next("the refusal"), "refused http_503");
  assert.equal(await next("the reconnect"), "reconnected 0");
  lifecycle.refuse = () => problem(401, "unauthorized");
  lifecycle.newest.close();
  assert.deepEqual(await session.completion, { kind: "unauthorized", detail: "no" });
});

test("a message that comes again is dropped; a fresh start counts anew", async () => {
  await lifecycle.server.attach("s1");
  for (const seq of [1, 2, 2, 1]) lifecycle.newest.message(seq, seq);
  lifecycle.connected = (connection) => {
    connection.ack({ resumed: true, seq: 1 });
    for (const seq of [2, 3]) connection.message(seq, seq);
  };
  lifecycle.newest.close();
  await until("the third message", () => events.includes("message 3"));
  lifecycle.connected = (connection) => {
    connection.ack({ resumed: false, seq: 1 });
    for (const seq of [1, 2]) connection.message(seq, seq);
  };
  lifecycle.newest.close();
  await until("the fresh start", () => events.length === 6);
  assert.deepEqual(events, ["message 1", "message 2", "reconnected 1", "message 3", "reconnected 1", "message 2"]);
});

// The client library's stop waits for a start that hangs: one socket that nobody answered was the only attempt for minutes.
test("a start that hangs is left behind when its time is over", async () => {
  lifecycle.close();
  lifecycle = new FakeLifecycle({ attemptTimeoutMs: 100 });
  lifecycle.hangs = 1;
  const alive = setInterval(() => undefined, 1_000); // a real socket would keep the process alive
  const session = await lifecycle.server.attach("s1");
  clearInterval(alive);
  assert.equal(session.state, "attached");
  assert.equal(lifecycle.negotiations.length, 2);
});

test("neither key nor token is in what is printed of server and session", async () => {
  const session = await lifecycle.server.attach("s1");
  const printed = [inspect(lifecycle.server, { depth: 9 }), inspect(session, { depth: 9 }), JSON.stringify(lifecycle.server.options)].join();
  assert.doesNotMatch(printed, /token-1|the-api-key/);
});

test("an ack that comes again on a connection lowers nothing", async () => {
  await lifecycle.server.attach("s1");
  lifecycle.newest.message(1, 1);
  lifecycle.newest.ack({ seq: 0 });
  for (const seq of [1, 2]) lifecycle.newest.message(seq, seq);
  await until("the second message", () => events.includes("message 2"));
  assert.deepEqual(events, ["message 1", "message 2"]);
});

// It came back as fast as it could, for ever.
test("a service that refuses every token right after its ack is not asked again and again at once", async () => {
  lifecycle.close();
  lifecycle = new FakeLifecycle({ random: () => 0.5 });
  lifecycle.connected = (connection) => {
    connection.ack({ token: "new", reconnectGraceMs: 120_000 });
    connection.close("Server returned an error on close: stale_token");
  };
  await lifecycle.server.attach("s1");
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(lifecycle.connections.length < 6, `${lifecycle.connections.length} connections in 0.3 s`);
});

test("a connection without a name says init and is attached by the ack after it", async () => {
  lifecycle.connected = (connection) => connection.ack({ initWanted: true });
  const session = await lifecycle.server.attach("s1");
  assert.equal(session.ack!.resumed, true);
  assert.deepEqual(lifecycle.calls, ['init {"reconnect":false,"instanceId":"i1"}']);
});

test("a connection without an ack is given up and made again", async () => {
  lifecycle.close();
  lifecycle = new FakeLifecycle({ ackTimeoutMs: 100 });
  let silent = 1;
  lifecycle.connected = (connection) => void (silent-- > 0 ? undefined : connection.ack());
  await lifecycle.server.attach("s1");
  assert.equal(lifecycle.connections.length, 2);
});

test("the streams that were in force are put in force again where the server has others", async () => {
  const session = await lifecycle.server.attach("s1");
  await session.setSubscriptions(["audio", "audio"]);
  lifecycle.connected = (connection) => connection.ack({ subscriptionsVersion: 7 });
  lifecycle.newest.close();
  await until("the second change", () => lifecycle.calls.length === 2);
  assert.deepEqual(lifecycle.calls, ['setSubscriptions ["audio"] 1', 'setSubscriptions ["audio"] 7']);
});

test("a choice that meets a conflict looks at the newer set", async () => {
  lifecycle.accepts = false;
  const seen: string[] = [];
  const configure = (session: AttachedSession): void => session.chooseSubscriptions((ack) => {
    seen.push(`${ack.subscriptions.join()}@${ack.subscriptionsVersion}`);
    return ack.subscriptions.includes("theirs") ? undefined : ["mine"];
  });
  await lifecycle.server.attach("s1", { configure });
  await until("the newer set", () => seen.length === 2);
  assert.deepEqual([seen, lifecycle.calls], [["@1", "theirs@9"], ['setSubscriptions ["mine"] 1']]);
});

test("a handler that throws does not silence the next one, and they run one at a time", async () => {
  let running = 0;
  const configure = (session: AttachedSession): void => {
    session.on("message", () => Promise.reject(new Error("bad handler")));
    session.on("message", async (message) => {
      assert.equal(running++, 0);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      events.push(`handled ${message.seq}`);
    });
  };
  await lifecycle.server.attach("s1", { configure });
  for (const seq of [1, 2, 3]) lifecycle.newest.message(seq, seq);
  await until("the third", () => events.includes("handled 3"));
});

test("a drain lets handlers finish and says no goodbye; a goodbye releases", async () => {
  let finish!: () => void;
  const configure = (session: AttachedSession): void => void session.on("message", () => new Promise<void>((resolve) => (finish = resolve)));
  const session = await lifecycle.server.attach("s1", { configure });
  lifecycle.newest.message(1, 1);
  await until("the handler", () => finish !== undefined);
  const leaving = lifecycle.server.shutdown("drain");
  assert.equal(session.state, "attached"); // what runs may still need its connection
  finish();
  assert.equal(await leaving, true);
  assert.equal((await session.completion).kind, "closed");
  assert.deepEqual(lifecycle.calls, []);
  await assert.rejects(lifecycle.server.attach("s2"), /shutting down/);

  lifecycle.close();
  lifecycle = new FakeLifecycle();
  const other = await lifecycle.server.attach("s1");
  assert.equal(await lifecycle.server.shutdown("goodbye"), true);
  assert.equal((await other.completion).kind, "released");
  assert.deepEqual(lifecycle.calls, ["release"]);
});

test("what a superseded message says beats the close behind it", async () => {
  const session = await lifecycle.server.attach("s1");
  const connection: FakeConnection = lifecycle.newest;
  connection.superseded();
  connection.close();
  assert.equal((await session.completion).kind, "superseded");
});
