// The API and the SignalR service as the console needs them, with the page from its folder: for work on the page without a build, and for tests.
//   node fake/server.mjs [port] [sessions]
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { World } from "./world.mjs";

const page = join(dirname(fileURLToPath(import.meta.url)), "../../../../src/Functions/Console/Page");
const types = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".txt": "text/plain" };
const end = "\u001e";

export class FakeApi {
  calls = [];
  answers = new Map();
  held = new Map();
  key = null;
  streams = new Set();
  streamAway = false;

  constructor(world) { this.world = world; }

  static async listen(world = new World(), port = 0) {
    const api = new FakeApi(world);
    api.http = createServer((request, response) => void api.#answer(request, response));
    api.sockets = new WebSocketServer({ noServer: true });
    api.http.on("upgrade", (request, socket, head) => api.streamAway ? socket.destroy() : api.sockets.handleUpgrade(request, socket, head, (ws) => api.#stream(ws)));
    await new Promise((resolve) => api.http.listen(port, "127.0.0.1", resolve));
    api.url = `http://127.0.0.1:${api.http.address().port}`;
    return api;
  }

  /** Answers a path with this from now on, or only calls of one method: { status, body, headers }. */
  set(path, answer, method = "") { this.answers.set(method + path, answer); }

  /** Lets calls of a path wait until what this answers is called. */
  hold(path) {
    let release;
    this.held.set(path, new Promise((resolve) => { release = resolve; }));
    return () => { this.held.delete(path); release(); };
  }

  /** Tells those who listen. */
  tell(...notes) { for (const ws of this.streams) ws.send(JSON.stringify({ type: 1, target: "transitions", arguments: [notes] }) + end); }

  /** Cuts the streams; with `away` new ones fail until it is false again. */
  cut(away = false) {
    this.streamAway = away;
    for (const ws of this.streams) ws.terminate();
  }

  close() {
    for (const ws of this.streams) ws.terminate();
    this.http.close();
    this.http.closeAllConnections();
  }

  #stream(ws) {
    ws.on("message", (data) => {
      if (`${data}`.includes('"protocol"')) {
        ws.send(`{}${end}`);
        this.streams.add(ws);
      }
    });
    ws.on("close", () => this.streams.delete(ws));
  }

  async #answer(request, response) {
    const url = new URL(request.url, this.url);
    let text = "";
    for await (const part of request) text += part;
    if (request.method === "GET" && (url.pathname === "/" || url.pathname.startsWith("/api/console/"))) return this.#file(url.pathname, response);
    const path = url.pathname.replace(/^\/api\//, "");
    this.calls.push({ method: request.method, path, query: Object.fromEntries(url.searchParams), body: text && JSON.parse(text), headers: request.headers });
    await this.held.get(path);
    const say = (status, body, headers = {}) => {
      response.writeHead(status, { "content-type": status >= 400 ? "application/problem+json" : "application/json", ...headers });
      response.end(body === undefined ? "" : JSON.stringify(body));
    };
    if (this.key && request.headers["x-functions-key"] !== this.key) return response.writeHead(401).end();
    const set = this.answers.get(request.method + path) ?? this.answers.get(path);
    if (set) return say(set.status, set.body, set.headers);
    const found = this.#find(request.method, path.split("/").map(decodeURIComponent), Object.fromEntries(url.searchParams), text ? JSON.parse(text) : {});
    return found ? say(found.status ?? 200, found.body, found.location ? { location: found.location } : {})
      : say(404, { type: "urn:lifecycle:problem:not_found", title: "Not found", status: 404, detail: "There is no such thing." });
  }

  #find(method, [one, two, three, four, five], query, body) {
    const { world } = this;
    const ok = (found) => found && { body: found };
    if (method === "POST" && one === "console" && two === "negotiate") return { body: { url: `${this.url}/client/?hub=console`, accessToken: "t", renewWithinMs: 60_000 } };
    if (method === "POST" && one === "app-sessions") return world.bulkOf(two, body);
    if (method === "POST" && one === "sessions" && five === "what-if") return ok(world.whatIf(two, four, body.policy));
    if (method === "POST") return { status: 202, body: { accepted: five ?? three } };
    if (method === "DELETE" && one === "bulk") return world.stop(two);
    if (one === "fleet") return ok(world.fleet());
    if (one === "health") return { body: { status: "ok", time: world.at(0), engineLagMs: 22 } };
    if (one === "apps" && !two) return ok(world.apps(query));
    if (one === "apps") return ok({ health: () => world.health(two), explain: () => world.explainApp(two) }[three]?.() ?? world.app(two));
    if (one === "app-sessions") return ok(world.list(query));
    if (one === "sessions" && five === "explain") return ok(world.explain(two, four, query.at));
    if (one === "sessions") return ok(world.session(two, four));
    if (one === "events") return ok(world.events(Number(query.after), Number(query.limit)));
    if (one === "dead-letters") return ok(world.deadLetters(Number(query.after), Number(query.limit)));
    if (one === "bulk") return ok(world.progress(two));
    return undefined;
  }

  #file(path, response) {
    if (path === "/") return response.writeHead(302, { location: "/api/console/" }).end();
    const file = join(page, normalize(path.slice("/api/console/".length) || "index.html"));
    if (!file.startsWith(page) || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(file)] ?? "text/plain", "cache-control": "no-store" });
    return createReadStream(file).pipe(response);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const api = await FakeApi.listen(new World({ sessions: Number(process.argv[3] ?? 240), now: Date.now() }), Number(process.argv[2] ?? 7072));
  console.log(`${api.url}/api/console/`);
}
