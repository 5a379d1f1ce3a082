import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { apiKey, Host, packageName, secret, until } from "./support/host.js";
import { Sample } from "./support/sample.js";

let host: Host;
const samples: Sample[] = [];

before(async () => {
  host = await Host.start();
});

after(() => {
  samples.forEach((sample) => sample.stop());
  host?.stop();
});

async function running(sessionId: string, ...more: string[]): Promise<Sample> {
  const sample = Sample.start("app-server-js/server.mjs",
    ["--lifecycle", host.api, "--package", packageName, "--key", apiKey, "--secret", secret, "--port", "0", ...more]);
  samples.push(sample);
  await host.register(`${await until("the sample's address", () => sample.url)}lifecycle`, { reconnectGraceMs: 1_000 });
  await host.start(sessionId);
  await until("RUNNING", async () => (await host.state(sessionId)) === "RUNNING");
  return sample;
}

test("the sample attaches when it is asked and shows what arrives", async () => {
  const sample = await running("s1");
  await until("its streams", async () => String((await host.session("s1")).json["subscriptions"]) === "audio");
  await host.post("s1", "hello");
  await until("the message", () => sample.lines.includes('s1: message 1: "hello"'));
  sample.stop();
});

test("SIGTERM with nobody to hand over to: the session is lost, not released, and Lifecycle asks for it again", async () => {
  const sample = await running("s2");
  sample.process.kill("SIGTERM");
  assert.equal(await sample.exited, 0);
  await until("the loss", async () => ["GRACE_PERIOD", "DISCONNECTED", "RESURRECTING", "BACKOFF"].includes(await host.state("s2")));
  assert.equal((await host.session("s2")).json["released"], false);
  await until("a webhook that asks for it again", async () => ["RESURRECTING", "BACKOFF"].includes(await host.state("s2")));
});

test("with --goodbye it is a goodbye: the session is stopped, and nobody asks for it", async () => {
  const sample = await running("s3", "--goodbye");
  sample.process.kill("SIGTERM");
  assert.equal(await sample.exited, 0);
  await until("STOPPED", async () => (await host.state("s3")) === "STOPPED");
});
