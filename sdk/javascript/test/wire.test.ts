import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { AppServer, type AttachedSession } from "../src/index.js";
import { quiet, until } from "./support/host.js";
import { SilentService } from "./support/silent.js";

let service: SilentService;
let server: AppServer;
let session: AttachedSession;

beforeEach(async () => {
  service = await SilentService.listen();
  service.ack = { version: 2, handOverMs: 9_000, takenOver: true, resumed: true, seq: 4 };
  server = new AppServer({ lifecycleUrl: service.url, packageName: "p", apiKey: "k", logger: quiet, random: () => 0 });
  session = await server.attach("s1");
});

afterEach(async () => {
  await server.shutdown("drain", 1_000);
  service.close();
});

test("the ack says what Lifecycle knows", () => {
  const { version, handOverMs, takenOver } = session.ack!;
  assert.deepEqual([version, handOverMs, takenOver], [2, 9_000, true]);
});

test("a message that somebody waits for, a question and a hand-over are answered on the wire", async () => {
  service.send("message", { seq: 5, body: "x", prompt: true });
  await until("the first answer", () => service.calls.length === 1);
  service.send("tell", {});
  await until("the second answer", () => service.calls.length === 2);
  const leaving = server.shutdown();
  await until("the hand-over", () => service.calls.length === 3);
  service.send("superseded", { reason: "superseded", handedOver: true });
  assert.equal((await session.completion).kind, "superseded");
  assert.equal(await leaving, true);
  assert.deepEqual(service.calls, [
    { method: "done", argument: { seq: 5 } }, { method: "done", argument: { seq: 5 } },
    { method: "handOver", argument: {} }, { method: "done", argument: { seq: 5, last: true } },
  ]);
});

test("a session moves on the wire, and says goodbye where it was", async () => {
  const other = await SilentService.listen();
  try {
    const moved = new Promise((resolve) => session.on("reconnected", resolve));
    service.send("move", { afterMs: 0, url: other.url });
    await moved;
    await until("the goodbye", () => service.calls.length === 1);
    assert.deepEqual([service.calls[0]!.method, session.lifecycleUrl, other.negotiations], ["release", other.url, 1]);
    await session.close();
  } finally {
    other.close();
  }
});

test("a superseded without more ends the session at once, as ever", async () => {
  service.send("superseded", { reason: "superseded" });
  assert.equal((await session.completion).kind, "superseded");
  assert.deepEqual(service.calls, []);
});
