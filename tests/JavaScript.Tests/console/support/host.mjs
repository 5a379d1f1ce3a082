// A real app server in a process of its own, beside the real host of the SDK's tests.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { apiKey, packageName, secret } from "../../../../sdk/javascript/build/test/support/host.js";

export { Host, packageName, until } from "../../../../sdk/javascript/build/test/support/host.js";

/** An app server that takes webhooks and attaches, until it is killed. */
export class AppProcess {
  static async start(host, policy) {
    const app = new AppProcess();
    const script = join(dirname(fileURLToPath(import.meta.url)), "app.mjs");
    app.process = spawn("node", [script, host.api, packageName, apiKey, secret], { stdio: ["ignore", "pipe", "inherit"] });
    const url = await new Promise((resolve) => app.process.stdout.once("data", (data) => resolve(`${data}`.trim())));
    const answer = await host.register(url, policy);
    if (answer.status >= 300) throw new Error(`The app is not registered: ${answer.status} ${JSON.stringify(answer.json)}`);
    return app;
  }

  kill() { this.process.kill("SIGKILL"); }
}
