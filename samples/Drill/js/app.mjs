// The app server of the drill that is made with the JavaScript SDK: the same options, files and answers as App/AppProgram.cs.
import { appendFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { AppServer } from "../../../sdk/javascript/build/src/index.js";
import { handleSignals, webhooks } from "../../../sdk/javascript/build/src/node.js";

const text = { type: "string" };
const { values } = parseArgs({
  args: process.argv.slice(3), // behind "app"
  options: {
    lifecycle: text, package: text, instance: text, port: text, ready: text, journal: text, handled: text, book: text, sets: text,
    "come-back": text, "answer-after-ms": text, "handler-ms": text, "after-reconnect": text,
  },
});
const streams = ["audio", "transcript"];
const afterReconnect = Number(values.sets) === 0 ? [] : values["after-reconnect"].split("|").map((set) => set.split(",").filter(Boolean));
const facts = new Map();

const say = (level) => (line, error) => console.log(`${new Date().toISOString().slice(11, 23)} ${level}: ${line}${error ? ` ${error}` : ""}`);
const server = new AppServer({
  lifecycleUrl: values.lifecycle, packageName: values.package, instanceId: values.instance, apiKey: process.env.DRILL_KEY,
  logger: { info: say("info"), warn: say("warn"), error: say("fail") },
});
server.configureSessions((session) => {
  const fact = { reconnected: 0, handled: [] };
  facts.set(session.sessionId, fact);
  session.chooseSubscriptions((ack) => (ack.resumed || ack.subscriptions.length > 0 ? undefined : streams));
  session.on("message", async ({ seq, body: number }) => {
    const began = new Date().toISOString();
    await sleep(Number(values["handler-ms"]));
    fact.handled.push(number);
    const { sessionId } = session;
    appendFileSync(values.handled, JSON.stringify({ sessionId, seq, number, instance: values.instance, began, at: new Date().toISOString() }) + "\n");
  });
  session.on("reconnected", async () => {
    const set = afterReconnect[fact.reconnected++ % afterReconnect.length];
    if (set) await session.setSubscriptions(set);
  });
});

const receive = webhooks(server, { secrets: [process.env.DRILL_WEBHOOK_SECRET], handle: undefined });
const http = createServer(async (request, response) => {
  if (request.url !== "/drill/sessions") return receive(request, response);
  const list = server.sessions.map((session) => ({
    sessionId: session.sessionId,
    state: session.state[0].toUpperCase() + session.state.slice(1),
    resumed: session.ack?.resumed ?? false,
    correlationId: session.ack?.correlationId,
    subscriptions: session.subscriptions,
    subscriptionsVersion: session.subscriptionsVersion,
    ...facts.get(session.sessionId),
  }));
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(list));
});

// Every webhook is written down before anything else sees it.
http.prependListener("request", (request) => {
  if (request.url === "/drill/sessions") return;
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const { type, sessionId, runId, attempt } = JSON.parse(Buffer.concat(chunks).toString());
    const arrival = { id: request.headers["webhook-id"], type, sessionId, runId, attempt: attempt ?? 0, at: new Date().toISOString() };
    appendFileSync(values.journal, JSON.stringify(arrival) + "\n");
  });
});

http.listen(Number(values.port), "127.0.0.1", () => {
  // Renamed into place: who waits for the file finds it whole.
  writeFileSync(`${values.ready}.new`, `http://127.0.0.1:${http.address().port}`);
  renameSync(`${values.ready}.new`, values.ready);
});
handleSignals(server, () => process.exit()); // SIGTERM hands over
// It never outlives the drill.
process.stdin.resume().on("end", () => void server.shutdown("drain").then(() => process.exit()));
