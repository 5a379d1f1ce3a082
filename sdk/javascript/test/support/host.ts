import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppServer, type AppServerOptions } from "../../src/index.js";
import { webhooks } from "../../src/node.js";
import { isOpen, listen } from "./ports.js";

export const packageName = "com.example.js";
export const apiKey = "a-key-for-the-javascript-tests";
export const secret = "whsec_b25seSBmb3IgdHJ5aW5nIGl0IG9uIGEgbGFwdG9wISE=";
const patienceMs = 20_000;

export const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Waits until the condition holds; says what it waited for in vain. */
export async function until<T>(what: string, condition: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const begun = performance.now(); ; ) {
    const value = await condition();
    if (value) return value;
    if (performance.now() - begun > patienceMs) throw new Error(`Waited ${patienceMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A real Lifecycle host in a process of its own. LIFECYCLE_HOST names Lifecycle.Functions.dll; the .NET test project sets it. */
export class Host {
  private constructor(private readonly process: ChildProcess, private readonly folder: string, readonly api: string, readonly signalR: string) {}

  static async start(): Promise<Host> {
    for (;;) {
      const host = await Host.startOnce();
      if (isOpen(host.api) && isOpen(host.signalR)) return host;
      host.stop();
    }
  }

  private static async startOnce(): Promise<Host> {
    const dll = process.env["LIFECYCLE_HOST"];
    if (!dll || !existsSync(dll)) throw new Error("Set LIFECYCLE_HOST to a built Lifecycle.Functions.dll (src/Functions/bin/…), or run dotnet test");
    const folder = mkdtempSync(join(tmpdir(), "lifecycle-js-"));
    const ready = join(folder, "ready.json");
    const child = spawn("dotnet", [dll, "--port", "0", "--signalr-port", "0", "--data", ":memory:", "--ready-file", ready], {
      stdio: "ignore", cwd: folder,
    });
    await until("the host's ready file", () => existsSync(ready) && readFileSync(ready, "utf8").length > 0);
    const { api, signalr } = JSON.parse(readFileSync(ready, "utf8")) as { api: string; signalr: string };
    return new Host(child, folder, api.replace(/\/$/, ""), signalr.replace(/\/$/, ""));
  }

  stop(): void {
    this.process.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  async call(method: string, path: string, body?: unknown): Promise<{ status: number; json: Record<string, unknown> }> {
    const init = { method, headers: { "content-type": "application/json" }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(this.api + path, init);
    const text = await response.text();
    return { status: response.status, json: text ? (JSON.parse(text) as Record<string, unknown>) : {} };
  }

  async fault(what: string, body: unknown): Promise<void> {
    const response = await fetch(`${this.signalR}/_faults/${what}`, {
      method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" },
    });
    if (!response.ok) throw new Error(`/_faults/${what} answered ${response.status}`);
  }

  async clearFaults(): Promise<void> {
    await fetch(`${this.signalR}/_faults`, { method: "DELETE" });
  }

  register(webhookUrl: string, policy: object = {}): Promise<unknown> {
    return this.call("PUT", `/api/apps/${packageName}`, { webhookUrl, apiKey, webhookSecrets: [secret], policy });
  }

  session(sessionId: string): Promise<{ status: number; json: Record<string, unknown> }> {
    return this.call("GET", `/api/sessions/${sessionId}/apps/${packageName}`);
  }

  start(sessionId: string): Promise<unknown> {
    return this.call("POST", `/api/sessions/${sessionId}/apps/${packageName}/start`);
  }

  post(sessionId: string, body: unknown): Promise<{ status: number; json: Record<string, unknown> }> {
    return this.call("POST", `/api/sessions/${sessionId}/apps/${packageName}/messages`, { body });
  }

  async state(sessionId: string): Promise<string> {
    return String((await this.session(sessionId)).json["state"]);
  }
}

/** An app server with its webhook address, on a free port. */
export class App {
  private constructor(readonly server: AppServer, private readonly http: Server, readonly url: string) {}

  static async listen(host: Host, options: Partial<AppServerOptions> = {}): Promise<App> {
    const server = new AppServer({ lifecycleUrl: host.api, packageName, apiKey, logger: quiet, ...options });
    const handler = webhooks(server, { secrets: [secret] });
    const http = createServer((request, response) => void handler(request, response));
    return new App(server, http, `http://127.0.0.1:${await listen(http)}/lifecycle`);
  }

  async close(): Promise<void> {
    await this.server.shutdown("drain", 2_000);
    this.http.close();
    this.http.closeAllConnections();
  }
}
