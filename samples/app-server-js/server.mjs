// An app server: attaches to the sessions Lifecycle asks for (and to those named with --session), shows what arrives.
// (cd sdk/javascript && npm ci && npm run build); cd samples/app-server-js && npm ci
// node server.mjs --lifecycle http://localhost:7071 --package com.example.notes --key KEY --secret whsec_...
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { AppServer } from "@lifecycle/app-server";
import { handleSignals, webhooks } from "@lifecycle/app-server/node";

const text = { type: "string" };
const { values } = parseArgs({
  options: { lifecycle: text, package: text, key: text, secret: text, session: text, port: text, relay: { type: "boolean" }, goodbye: { type: "boolean" } },
});
if (!values.key) throw new Error("Say --key KEY: the API key that registering the package showed");

const secrets = values.secret?.split(" ") ?? [];
const server = new AppServer({
  lifecycleUrl: values.lifecycle ?? "http://localhost:7071", packageName: values.package ?? "com.example.notes", apiKey: values.key,
  relay: values.relay, webhookSecrets: secrets, // of a package with the webhookUrl "relay:", which needs no address
  handOverLimitMs: 2_000, // by default 22 s, as a rolling update wants it; this one mostly runs alone, and would wait for nobody
});
server.configureSessions((session) => {
  const show = (line) => console.log(`${session.sessionId}: ${line}`);
  session.chooseSubscriptions((ack) => (ack.subscriptions.length > 0 ? undefined : ["audio"])); // undefined keeps what is in force
  session.listen("data", (data) => show(`published: ${JSON.stringify(data)}`));
  session.on("message", ({ seq, body }) => show(`message ${seq}: ${JSON.stringify(body)}`));
  session.on("reconnected", (ack) => show(`reconnected, ${ack.resumed ? "state kept" : "clean start"}, ${ack.missed} messages missed`));
  session.on("refused", ({ code }) => show(`refused, ${code}`));
  session.on("stop", (reason) => show(`told to stop: ${reason}`));
  session.on("ended", ({ kind }) => show(`ended, ${kind}`));
});

const http = createServer(webhooks(server, { secrets })); // Express: app.post("/lifecycle", webhooks(…))
if (!values.relay) http.listen(Number(values.port ?? 5080), "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${http.address().port}/`));
// By default SIGTERM hands the sessions over to another process of the package, and Ctrl-C drains.
handleSignals(server, () => process.exit(), values.goodbye ? "goodbye" : undefined);
if (values.session) await server.attach(values.session);
