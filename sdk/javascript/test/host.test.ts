import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { AttachError, type AttachedSession } from "../src/index.js";
import { connect } from "../src/connection.js";
import { apiKey, App, Host, packageName, until } from "./support/host.js";
import { released } from "./support/released.js";

let host: Host;
let app: App;
let count = 0;
let sessionId: string;

before(async () => {
  host = await Host.start();
  app = await App.listen(host, { random: () => 0 });
  await host.register(app.url);
});

after(async () => {
  await app?.close();
  host?.stop();
});

beforeEach(() => void (sessionId = `s${++count}`));

async function attached(configure: (session: AttachedSession) => void = () => undefined): Promise<AttachedSession> {
  let session: AttachedSession | undefined;
  app.server.configureSessions((begun) => {
    if (begun.sessionId === sessionId) configure((session = begun));
  });
  await host.start(sessionId);
  await until("the webhook to attach", () => session?.ack);
  return session!;
}

const drop = (): Promise<void> => host.fault("drop", { userId: `${sessionId}:${packageName}` });

test("a start asks by a signed webhook, and the app attaches", async () => {
  const session = await attached();
  assert.equal(session.state, "attached");
  await until("RUNNING", async () => (await host.state(sessionId)) === "RUNNING");
});

test("a session that nobody started is refused with a type", async () => {
  await assert.rejects(app.server.attach("nobody"), (error) => error instanceof AttachError && error.reason.kind === "not_started");
});

test("a lost socket comes back with its state, its streams and every message once and in order", async () => {
  const [messages, heard]: [unknown[], unknown[]] = [[], []];
  const session = await attached((s) => {
    s.on("message", (message) => void messages.push([message.seq, message.body]));
    s.listen("data", (data) => void heard.push(data));
  });
  const reconnected = new Promise((resolve) => session.on("reconnected", resolve));
  assert.equal((await session.setSubscriptions(["audio", "text"])).accepted, true);
  await host.post(sessionId, "one");
  await until("the first message", () => messages.length === 1);
  const correlation = session.ack!.correlationId;
  await drop();
  await until("the loss", async () => (await host.state(sessionId)) !== "RUNNING" || session.state === "attached");
  const posted = await host.post(sessionId, "two");
  assert.ok([200, 202].includes(posted.status), `${posted.status}`);
  await reconnected;
  await host.post(sessionId, { three: 3 });
  await until("all messages", () => messages.length >= 3);
  assert.deepEqual(messages, [[1, "one"], [2, "two"], [3, { three: 3 }]]);
  assert.equal(session.ack!.resumed, true);
  assert.equal(session.ack!.correlationId, correlation);
  assert.deepEqual(session.subscriptions, ["audio", "text"]);
  await until("RUNNING", async () => (await host.state(sessionId)) === "RUNNING");
});

test("one that comes back while it is attached takes its own place, with its state and every message", async () => {
  const messages: unknown[] = [];
  const session = await attached((s) => s.on("message", ({ seq, body }) => void messages.push([seq, body])));
  let acks = 0;
  session.on("reconnected", ({ resumed }) => void (acks += resumed ? 1 : 100));
  await host.post(sessionId, "before");
  assert.equal(app.server.comeBack(sessionId), true);
  await host.post(sessionId, "meanwhile");
  await until("the reconnect", () => acks > 0);
  await host.post(sessionId, "after");
  await until("all messages", () => messages.length >= 3);
  assert.deepEqual([messages, acks, session.state], [[[1, "before"], [2, "meanwhile"], [3, "after"]], 1, "attached"]);
  await until("RUNNING", async () => (await host.state(sessionId)) === "RUNNING");
});

test("a choice puts streams in force at the first attach, and changes go out one at a time", async () => {
  const session = await attached((s) => s.chooseSubscriptions((ack) => (ack.subscriptions.length > 0 ? undefined : ["audio"])));
  await until("the choice in force", () => session.subscriptions.includes("audio"));
  const [one, other] = await Promise.all([session.setSubscriptions(["text"]), session.setSubscriptions([])]);
  assert.deepEqual([one.accepted, other.accepted, other.subscriptions], [true, true, []]);
});

test("a stop ends the session with its reason, after its handler", async () => {
  const seen: string[] = [];
  const session = await attached((s) => {
    s.on("stop", (reason) => void seen.push(`stop ${reason}`));
    s.on("ended", (reason) => void seen.push(`ended ${reason.kind}`));
  });
  await host.call("POST", `/api/sessions/${sessionId}/apps/${packageName}/stop`, { reason: "user_left" });
  assert.deepEqual(await session.completion, { kind: "stopped", detail: "user_left" });
  await session.drained;
  assert.deepEqual(seen, ["stop user_left", "ended stopped"]);
});

test("a released session is stopped and not started again", async () => {
  const session = await attached();
  assert.equal(await session.release(), true);
  assert.equal((await session.completion).kind, "released");
  await until("the goodbye", async () => (await host.session(sessionId)).json["released"] === true);
});

test("another process that attaches supersedes the first, which stays away", async () => {
  const session = await attached();
  const other = await App.listen(host);
  await other.server.attach(sessionId, { reconnect: true });
  assert.equal((await session.completion).kind, "superseded");
  await until("RUNNING", async () => (await host.state(sessionId)) === "RUNNING");
  await other.close();
});

test("a hub call that Lifecycle does not know fails as it was recorded to, and the connection goes on", async () => {
  await attached(); // by the app; the connection that is made here takes its place
  const said = { sessionId, packageName, instanceId: "by-hand" };
  const answer = await fetch(`${host.api}/api/negotiate`, {
    method: "POST", headers: { "content-type": "application/json", "x-api-key": apiKey, "x-lifecycle-version": "2" }, body: JSON.stringify(said),
  });
  const { url, accessToken } = (await answer.json()) as { url: string; accessToken: string };
  const heard: string[] = [];
  let version = 0;
  const hear = (target: string) => (): void => void heard.push(target);
  const connection = connect(url, accessToken, {
    ack: (_connection, ack) => void (version = ack.subscriptionsVersion ?? 0), subscriptions: hear("subscriptions"), message: hear("message"), target: hear("target"),
    stop: hear("stop"), superseded: hear("superseded"), tell: hear("tell"), move: hear("move"),
  }, []);
  await connection.start();
  await connection.acked;
  await assert.rejects(connection.call("unheardOf", { seq: 1 }), (error: Error) => error.message === released.server.unknownMethod);
  await connection.call("setSubscriptions", ["audio"], version);
  await until("the answer", () => heard.length > 0);
  assert.deepEqual(heard, ["subscriptions"]);
  await connection.stop();
});

test("a wrong key is the end", async () => {
  const other = await App.listen(host, { apiKey: "not-the-key-of-this-app" });
  await assert.rejects(other.server.attach(sessionId), (error) => error instanceof AttachError && error.reason.kind === "unauthorized");
  await other.close();
});
