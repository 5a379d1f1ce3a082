import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AppServer } from "../src/index.js";
import { apiKey, Host, packageName, quiet, secret, until } from "./support/host.js";

let host: Host;
const servers: AppServer[] = [];

before(async () => {
  host = await Host.start();
});

after(async () => {
  await Promise.all(servers.map((server) => server.shutdown("drain", 1_000)));
  host.stop();
});

async function start(instanceId: string): Promise<AppServer> {
  const server = new AppServer({ lifecycleUrl: host.api, packageName, apiKey, instanceId, logger: quiet, relay: true, webhookSecrets: [secret], handOverLimitMs: 15_000 });
  servers.push(server);
  await until("the relay", () => server.isRelayReady);
  return server;
}

const attached = (server: AppServer): number => server.sessions.filter(({ state }) => state === "attached").length;

test("without an endpoint: started, shared, handed over, found by the first one that connects", async () => {
  await host.register("relay:", { reconnectGraceMs: 1_000 });
  // Nobody is there, and five failures close the way.
  for (let n = 0; n < 8; n++) await host.start(`n${n}`);
  await until("the breaker to open", async () => JSON.stringify((await host.call("GET", `/api/apps/${packageName}/health`)).json).includes('"OPEN"'));
  const first = await start("first");
  // How soon is the host's doing: the tests of the .NET SDK measure it.
  await until("all that waited to be attached", () => attached(first) === 8);

  const second = await start("second");
  for (let n = 0; n < 16; n++) await host.start(`t${n}`);
  await until("all to be attached", () => attached(first) + attached(second) === 24);
  assert.ok(attached(second) > 1 && attached(second) < 15, `${attached(second)} of 16`);

  assert.equal(await first.shutdown("handOver"), true);
  await until("all to be taken over", () => attached(second) === 24);
});

test("a process that is gone without a word is replaced by one that is asked over its own connection", async () => {
  const [gone, next] = [servers[1]!, await start("next")];
  await Promise.all(gone.sessions.map((session) => session.close())); // without a goodbye
  await gone.shutdown("drain", 1_000);
  await until("all to be attached", () => attached(next) === 24);
});
