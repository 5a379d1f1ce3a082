import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { AppServer, type AttachedSession } from "../src/index.js";
import type { Latch } from "../src/latch.js";
import { FakeLifecycle } from "./support/fake.js";
import { quiet } from "./support/host.js";
import { SilentService, type Closing, type Stage } from "./support/silent.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

let service: SilentService;

beforeEach(async () => {
  service = await SilentService.listen();
});

afterEach(() => service.close());

// The service took the connection and never answered, and the timeout of the attempt was collected before it fired: the session hung for
// ever, and its turn was never given back.
for (const stage of ["negotiate", "service negotiate", "upgrade", "handshake", "ack"] satisfies Stage[]) {
  test(`a service that falls silent at ${stage} is left when the time is over, whatever is collected meanwhile`, async () => {
    service.stage = stage;
    const refusals: string[] = [];
    const server = new AppServer({
      lifecycleUrl: service.url, packageName: "p", apiKey: "k", logger: quiet, random: () => 0, attemptTimeoutMs: 2_000, ackTimeoutMs: 500, maxAttemptsAtOnce: 1,
    });
    const collecting = setInterval(collect, 100);
    try {
      server.configureSessions((session) => session.on("refused", ({ code }) => {
        refusals.push(code);
        service.stage = "never";
      }));
      const session = await server.attach("s1");
      assert.deepEqual([refusals, session.state], [[stage === "ack" ? "no_ack" : "timeout"], "attached"]);
      assert.equal(service.negotiations, 2);
    } finally {
      clearInterval(collecting);
      await server.shutdown("drain", 1_000);
    }
  });
}

// A connection that was closed for its token while it was being opened: the reason became `network`, and the token was shown again.
for (const where of ["as the handshake", "in the handshake's frame", "with the handshake", "behind the handshake"] satisfies Closing[]) {
  test(`a token that is refused ${where} is not shown again`, async () => {
    const refusals: string[] = [];
    const server = new AppServer({ lifecycleUrl: service.url, packageName: "p", apiKey: "k", logger: quiet, random: () => 0 });
    try {
      server.configureSessions((session) => session.on("refused", ({ code }) => void refusals.push(code)));
      const session = await server.attach("s1");
      const again = new Promise((resolve) => session.on("reconnected", resolve));
      service.closing = { where, word: "stale_token" };
      service.cut();
      await again;
      assert.deepEqual([refusals, service.tokens], [["stale_token"], [undefined, "t", undefined]]);
    } finally {
      await server.shutdown("drain", 1_000);
    }
  });
}

const listenersOf = (session: AttachedSession): number => (session as unknown as { life: { ended: Latch } }).life.ended.waiting;

// Node warned of a leak after 24 reconnects of one session: each attempt left a listener behind, and what hung on it.
test("a thousand attempts leave nothing behind", async () => {
  const lifecycle = new FakeLifecycle();
  const timeless = { now: () => performance.now(), after: (_ms: number, action: () => void) => (setImmediate(action), () => undefined) };
  const server = lifecycle.makeServer(timeless);
  const warnings: Error[] = [];
  const warned = (warning: Error): void => void warnings.push(warning);
  process.on("warning", warned);
  try {
    const session = await server.attach("s1");
    const [listeners, seen]: [number[], WeakRef<object>[]] = [[], []];
    for (let i = 0; i < 1_000; i++) {
      if (i % 2 === 0) lifecycle.refuse = once(() => new Response("", { status: 503 }));
      const before = lifecycle.connections.length;
      lifecycle.newest.close();
      while (lifecycle.connections.length === before || session.state !== "attached") await new Promise((resolve) => setImmediate(resolve));
      seen.push(new WeakRef(lifecycle.newest));
      lifecycle.connections.splice(0, lifecycle.connections.length - 1);
      listeners.push(listenersOf(session));
    }
    collect();
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    assert.equal(new Set(listeners).size, 1, `${[...new Set(listeners)].join()}`);
    const alive = seen.filter((connection) => connection.deref() !== undefined).length;
    assert.ok(alive <= 5, `${alive} connections are still held`);
    assert.deepEqual(warnings, []);
  } finally {
    process.off("warning", warned);
    await server.shutdown();
    lifecycle.close();
  }
});

// The same leak on a connection that lasts: each hub call left what it had waited for behind until the connection was lost, days later.
test("a thousand hub calls on one connection leave nothing behind", async () => {
  const lifecycle = new FakeLifecycle();
  try {
    const session = await lifecycle.server.attach("s1");
    await session.setSubscriptions(["first"]);
    await new Promise((resolve) => setImmediate(resolve)); // until the session itself waits
    const { closed } = lifecycle.newest;
    let waiters = 0;
    const then = closed.then.bind(closed);
    closed.then = ((...handlers: Parameters<typeof then>) => (waiters++, then(...handlers))) as typeof closed.then;
    for (let i = 0; i < 1_000; i++) await session.setSubscriptions([`stream-${i % 2}`]);
    assert.equal(waiters, 0, `${waiters} more wait for the end of the connection`);
  } finally {
    await lifecycle.server.shutdown();
    lifecycle.close();
  }
});

// A call whose connection is lost must still end at once, and say why.
test("a hub call on a connection that is lost ends with it", async () => {
  const lifecycle = new FakeLifecycle();
  try {
    const session = await lifecycle.server.attach("s1");
    lifecycle.newest.call = () => new Promise<void>(() => undefined);
    const call = session.setSubscriptions(["audio"]);
    setImmediate(() => lifecycle.newest.close());
    await assert.rejects(call, /connection was lost during setSubscriptions/);
  } finally {
    await lifecycle.server.shutdown();
    lifecycle.close();
  }
});

function once(response: () => Response): () => Response | undefined {
  let left = 1;
  return () => (left-- > 0 ? response() : undefined);
}
