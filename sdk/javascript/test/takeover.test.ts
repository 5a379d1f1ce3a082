import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { inspect } from "node:util";
import { AttachError, type AppServer, type AppServerOptions, type AttachedSession } from "../src/index.js";
import { FakeClock } from "./support/clock.js";
import { answer } from "./support/engine.js";
import { FakeLifecycle } from "./support/fake.js";

let clock: FakeClock;
let lifecycle: FakeLifecycle;
let server: AppServer;
let logged: string[];

beforeEach(() => {
  clock = new FakeClock();
  lifecycle = new FakeLifecycle();
  logged = [];
  const log = (...all: unknown[]): void => void logged.push(inspect(all, { depth: 9 }));
  const options: Partial<AppServerOptions> = { logger: { info: log, warn: log, error: log } };
  server = lifecycle.makeServer(clock, options);
});

afterEach(() => lifecycle.close());

async function attach(): Promise<AttachedSession> {
  server.attach("s1", { takeOverToken: "take-it" }).catch(() => undefined);
  const session = server.find("s1")!;
  await clock.run(0);
  return session;
}

const tokens = (): (string | null)[] => lifecycle.asked.map(({ headers }) => headers.get("x-lifecycle-take-over-token"));
const problem = (code: string): Response => answer(401, { type: `urn:lifecycle:problem:${code}`, detail: "no" });

test("the token is shown in a header until the first ack, and never after it", async () => {
  lifecycle.refuse = () => answer(503, {});
  const session = await attach();
  assert.ok(await clock.runUntil(() => lifecycle.asked.length === 2, 60_000));
  lifecycle.refuse = () => undefined;
  lifecycle.connected = (connection) => connection.ack({ version: 2, resumed: true, takenOver: true, seq: 7 });
  assert.ok(await clock.runUntil(() => session.state === "attached", 60_000));
  assert.deepEqual([session.ack!.resumed, session.ack!.takenOver, session.ack!.version], [true, true, 2]);
  lifecycle.newest.close();
  assert.ok(await clock.runUntil(() => lifecycle.asked.length === 4, 60_000));
  assert.deepEqual(tokens(), ["take-it", "take-it", "take-it", null]);
  assert.deepEqual(lifecycle.negotiations.map((asked) => ["takeOverToken" in asked, asked.reconnectToken]), [[false, undefined], [false, undefined], [false, undefined], [false, "token-1"]]);
});

test("a greeting that asks for a name does not spend the token", async () => {
  lifecycle.connected = (connection) => connection.ack({ initWanted: true });
  lifecycle.answers = () => new Promise(() => undefined);
  await attach();
  lifecycle.newest.close();
  assert.ok(await clock.runUntil(() => lifecycle.asked.length === 2, 60_000));
  assert.deepEqual(tokens(), ["take-it", "take-it"]);
});

for (const code of ["take_over_token_invalid", "take_over_token_expired", "take_over_token_mismatch"]) {
  test(`a token that is refused as ${code} is forgotten, and the next try comes at once`, async () => {
    const refusals: string[] = [];
    server.configureSessions((session) => session.on("refused", (refusal) => void refusals.push(refusal.code)));
    lifecycle.refuse = () => (tokens().at(-1) === null ? undefined : problem(code));
    const session = await attach();
    assert.deepEqual([session.state, clock.now(), tokens(), refusals], ["attached", 0, ["take-it", null], [code]]);
  });
}

test("a refusal of a token that was not shown is spaced as any other", async () => {
  lifecycle.refuse = () => problem("take_over_token_invalid");
  await attach();
  assert.deepEqual(tokens(), ["take-it", null]);
  await clock.run(999);
  assert.equal(tokens().length, 2);
});

test("a token that was used already ends the session as superseded", async () => {
  lifecycle.connected = (connection) => connection.close("Server returned an error on close: superseded");
  const attaching = server.attach("s1", { takeOverToken: "take-it" });
  let error: unknown;
  attaching.catch((thrown: unknown) => (error = thrown));
  await clock.run(60_000);
  assert.ok(error instanceof AttachError && error.reason.kind === "superseded");
  assert.equal(lifecycle.asked.length, 1);
});

test("nothing that is logged or printed has the token", async () => {
  lifecycle.refuse = () => (lifecycle.asked.length > 1 ? undefined : answer(503, {}));
  lifecycle.asked.length = 0;
  server.attach("s1", { takeOverToken: "take-it" }).catch(() => undefined);
  const session = server.find("s1")!;
  const shown = (lifecycle as unknown as { asked: unknown[] }).asked;
  Object.defineProperty(lifecycle, "asked", { enumerable: false, value: shown }); // the test's own knowledge
  assert.doesNotMatch(inspect(session, { depth: 9 }), /take-it/);
  await clock.run(60_000);
  assert.equal(session.state, "attached");
  assert.ok(logged.length > 0);
  assert.doesNotMatch([inspect(server, { depth: 9 }), inspect(session, { depth: 9 }), ...logged].join(), /take-it/);
});

test("what is no token is refused before anything is sent", async () => {
  for (const takeOverToken of ["", "two words", "line\n", "x".repeat(1_025)]) {
    await assert.rejects(server.attach("s1", { takeOverToken }), /takeOverToken must be 1 to 1,024 visible ASCII characters/);
  }
  assert.equal(lifecycle.asked.length, 0);
});
