// An app server that speaks the doctor contract (docs/doctor.md), with the JavaScript SDK: the same options and answers as Program.cs.
// LIFECYCLE_API_KEY=… LIFECYCLE_WEBHOOK_SECRET=… node samples/DoctorContract/js/app.mjs --lifecycle http://127.0.0.1:7075 --package com.example.notes
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { AppServer } from "../../../sdk/javascript/build/src/index.js";
import { handleSignals, webhooks } from "../../../sdk/javascript/build/src/node.js";

const text = { type: "string" };
const { values } = parseArgs({ options: { lifecycle: text, package: text, port: text } });
const lifecycleUrl = values.lifecycle ?? "http://127.0.0.1:7075";
const quiet = () => undefined;

const server = new AppServer({
  lifecycleUrl, packageName: values.package ?? "com.example.notes", apiKey: process.env.LIFECYCLE_API_KEY,
  logger: { info: quiet, warn: quiet, error: quiet },
});

const tell = (what, said) => fetch(new URL(`/doctor/${what}`, lifecycleUrl), {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(said),
});

server.configureSessions((session) => {
  const { sessionId } = session;
  session.listen("doctor", (said) => tell("published", { sessionId, said }));
  session.on("message", async ({ seq, body }) => {
    if (typeof body !== "object" || body === null || !("doctor" in body)) return;
    if (body.doctor === "sleep") await sleep(body.ms);
    await tell("handled", { sessionId, seq, n: body.n });
    if (body.doctor === "fail") throw new Error("The doctor wants this handler to fail");
    if (body.doctor === "release") void session.release();
    // The set may have changed meanwhile: the answer has the newer version, which the next call names.
    if (body.doctor === "subscribe") for (let tries = 0; tries < 3 && !(await session.setSubscriptions(body.streams)).accepted; tries++);
  });
});

const http = createServer(webhooks(server, { secrets: process.env.LIFECYCLE_WEBHOOK_SECRET?.split(" ") ?? [] }));
http.listen(Number(values.port ?? 5080), "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${http.address().port}`));
handleSignals(server, () => process.exit());
