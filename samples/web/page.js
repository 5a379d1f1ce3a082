import { AppServer, AttachError } from "@lifecycle/app-server";

const byId = (id) => document.getElementById(id);
let server;
let session;

const log = (text) => {
  const line = document.createElement("li");
  line.textContent = `${new Date().toLocaleTimeString()}  ${text}`;
  byId("log").prepend(line);
};

function show() {
  const state = session?.state ?? "none";
  byId("state").dataset.state = state;
  byId("state").textContent = state === "none" ? "not attached" : state;
  byId("release").disabled = byId("replace").disabled = state !== "attached";
  byId("streams").textContent = session?.subscriptions.length ? `${session.subscriptions.join(", ")} in force, version ${session.subscriptionsVersion}` : "none in force";
  const ack = session?.ack;
  if (!ack) return;
  byId("epoch").textContent = ack.epoch;
  byId("resumed").textContent = ack.resumed ? "state kept" : "clean start";
  byId("grace").textContent = `${ack.reconnectGraceMs / 1000} s`;
  byId("missed").textContent = ack.missed;
}

function configure(begun) {
  session = begun;
  begun.on("message", ({ seq, body }) => log(`message ${seq}: ${JSON.stringify(body)}`));
  begun.on("reconnected", (ack) => log(`reconnected, ${ack.resumed ? "state kept" : "clean start"}`));
  begun.on("refused", ({ code, detail }) => log(`refused, ${code}: ${detail}`));
  begun.on("stop", (reason) => log(`told to stop: ${reason}`));
  begun.on("ended", ({ kind, detail }) => log(`ended, ${kind}${detail ? `: ${detail}` : ""}`));
  begun.listen("data", (data) => log(`published: ${JSON.stringify(data)}`));
}

byId("attach").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  server = new AppServer({ lifecycleUrl: location.origin, packageName: form.get("package") });
  try {
    await server.attach(form.get("session"), { configure });
    log("attached");
  } catch (error) {
    log(error instanceof AttachError ? `not attached: ${error.reason.kind}` : error.message);
  }
  show();
});

byId("release").addEventListener("click", () => session.release().then(show));

byId("subscribe").addEventListener("submit", async (event) => {
  event.preventDefault();
  const streams = new FormData(event.target).get("streams").split(/[\s,]+/).filter(Boolean);
  try {
    const { accepted, reason } = await session.setSubscriptions(streams);
    log(accepted ? `subscribed to ${streams.join(", ") || "nothing"}` : `not subscribed: ${reason}`);
  } catch (error) {
    log(`not subscribed: ${error.message}`);
  }
  show();
});

setInterval(show, 200);
