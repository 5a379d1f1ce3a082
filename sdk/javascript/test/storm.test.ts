import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "./support/clock.js";
import { SlowEngine } from "./support/engine.js";
import { seeded } from "./support/random.js";

const sessions = 200;
const limitMs = 20 * 60_000;

// Two hundred sessions of one process lose their sockets while the engine is slow. Every attempt waited 5 s for its ack, closed its socket
// and made another: work that nobody needed any more, behind which the next ack was late again. After half a minute 1 of 50 was RUNNING.
for (const { speed, lateMs } of [{ speed: 100, lateMs: 0 }, { speed: 20, lateMs: 0 }, { speed: 7, lateMs: 0 }, { speed: Infinity, lateMs: 20_000 }, { speed: Infinity, lateMs: 100_000 }]) {
  test(`a crowd on an engine of ${speed} work items per second, acks ${lateMs} ms late, offers little more than is needed`, async () => {
    const clock = new FakeClock();
    const engine = new SlowEngine(clock, seeded(1));
    try {
      const server = engine.makeServer();
      for (let i = 0; i < sessions; i++) void server.attach(`s${i}`);
      const attached = (): number => server.sessions.filter((session) => session.state === "attached").length;
      assert.ok(await clock.runUntil(() => attached() === sessions, limitMs), "the first attach");

      [engine.speed, engine.delayMs] = [speed, lateMs];
      engine.cutAll();
      await clock.run(1);
      const isDone = await clock.runUntil(() => attached() === sessions, limitMs);

      const figures = `${attached()} attached, ${engine.connected} connections, ${engine.negotiations} calls of negotiate, ${engine.busy} told to come later`;
      assert.ok(isDone, figures);
      assert.ok(engine.connected >= sessions && engine.connected < sessions * 1.2, figures);
      // An answer for all within a second, and not one for each that waits.
      assert.ok(engine.negotiations - engine.busy < sessions * 2, figures);
      if (process.env["FIGURES"]) console.log(figures, clock.now());
    } finally {
      engine.close();
    }
  });
}
