// A web page that attaches to a session. The API key stays here: the page asks this server to negotiate, and gets a token for one session.
// (cd sdk/javascript && npm ci && npm run build); node samples/web/server.mjs --lifecycle http://localhost:7071 --key KEY --port 5090
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const text = { type: "string" };
const { values } = parseArgs({ options: { lifecycle: text, key: text, port: text } });
if (!values.key) throw new Error("Say --key KEY: the API key that registering the package showed");
const lifecycle = (values.lifecycle ?? "http://localhost:7071").replace(/\/$/, "");
const here = new URL(".", import.meta.url);
const sdk = new URL("../../sdk/javascript/", here);
const types = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8" };

/** Which file a path shows; undefined for none. */
function fileOf(path) {
  if (path === "/") return new URL("index.html", here);
  if (path === "/signalr.umd.js") return new URL("node_modules/@microsoft/signalr/dist/browser/signalr.min.js", sdk);
  if (/^\/(page\.js|page\.css|signalr\.js)$/.test(path)) return new URL(path.slice(1), here);
  return /^\/sdk\/[a-z]+\.js$/.test(path) ? new URL(`build/src/${path.slice(5)}`, sdk) : undefined;
}

// The key is added for whoever asks, so only this page may: a foreign one is known by its Origin, one whose name was made to lead here by the
// Host, and what a form can send without asking by its content type.
function isOwnPage({ headers: { host = "", origin, "content-type": type = "" } }) {
  const isLoopback = (address) => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(address);
  return isLoopback(host) && (origin === undefined || origin === `http://${host}`) && /^application\/json\b/.test(type);
}

/** What the page says of itself in headers: its tries, by which Lifecycle knows that it lives while it cannot attach, and the version of the wire that it speaks. */
function saidBy(headers) {
  const said = ["attempt", "connect-refused", "version", "take-over-token"].map((name) => `x-lifecycle-${name}`);
  return Object.fromEntries(said.filter((name) => headers[name]).map((name) => [name, headers[name]]));
}

async function negotiate(request, response) {
  if (!isOwnPage(request)) return response.writeHead(403).end();
  let body = "";
  for await (const chunk of request) if ((body += chunk).length > 16_384) return response.writeHead(413).end();
  // A real page's server would look first whether this user may open this session.
  const answer = await fetch(`${lifecycle}/api/negotiate`, {
    method: "POST", body, headers: { "content-type": "application/json", "x-api-key": values.key, ...saidBy(request.headers) },
  });
  const headers = { "content-type": answer.headers.get("content-type") ?? "application/json" };
  if (answer.headers.has("retry-after")) headers["retry-after"] = answer.headers.get("retry-after");
  response.writeHead(answer.status, headers).end(await answer.text());
}

async function show(request, response) {
  const file = fileOf(new URL(request.url, "http://page").pathname);
  if (!file) return response.writeHead(404).end();
  const path = fileURLToPath(file);
  response.writeHead(200, { "content-type": types[path.split(".").pop()] }).end(await readFile(path));
}

const server = createServer((request, response) => {
  const answer = request.method === "POST" && request.url === "/api/negotiate" ? negotiate : show;
  answer(request, response).catch((error) => {
    console.error(error.message);
    if (!response.headersSent) response.writeHead(502).end();
  });
});
server.listen(Number(values.port ?? 5090), "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}/`));
