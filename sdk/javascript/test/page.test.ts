import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { chromium } from "./support/chromium.js";
import { apiKey, Host, packageName, until } from "./support/host.js";
import { allowed } from "./support/ports.js";
import { Sample } from "./support/sample.js";

let host: Host;
let web: Sample;
let browser: Browser;
let page: Page;
const problems: string[] = [];

before(async () => {
  host = await Host.start();
  await host.register("http://127.0.0.1:9/", { allowUnsolicited: true });
  web = Sample.start("web/server.mjs", ["--lifecycle", host.api, "--key", apiKey, "--port", "0"]);
  const url = await until("the page's server", () => web.url);
  browser = await puppeteer.launch({ executablePath: chromium(), headless: true, args: ["--no-sandbox", "--disable-dev-shm-usage", allowed] });
  page = await browser.newPage();
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => void (message.type() === "error" && problems.push(message.text())));
  await page.goto(url);
});

after(async () => {
  await browser?.close();
  web?.stop();
  host?.stop();
});

const textOf = (selector: string): Promise<string> => page.$eval(selector, (element) => element.textContent ?? "");

async function fill(form: string, name: string, value: string): Promise<void> {
  await page.$eval(`#${form} [name=${name}]`, (input, text) => void ((input as HTMLInputElement).value = text), value);
}

// Any web page could have this server add its key, and with a name that led to loopback read the token.
test("a foreign page is told nothing", async () => {
  const ask = (headers: Record<string, string>): Promise<number> => new Promise((resolve, reject) => {
    const asked = request(new URL("/api/negotiate", web.url), { method: "POST", headers: { "content-type": "application/json", ...headers } },
      (answer) => (answer.resume(), resolve(answer.statusCode ?? 0)));
    asked.on("error", reject).end(JSON.stringify({ sessionId: "foreign", packageName }));
  });
  assert.equal(await ask({}), 200);
  assert.equal(await ask({ origin: "http://page.example" }), 403);
  assert.equal(await ask({ host: "page.example" }), 403);
  assert.equal(await ask({ "content-type": "text/plain" }), 403);
});

test("a page attaches, subscribes, gets messages, comes back after a loss, and says goodbye", { timeout: 60_000 }, async () => {
  await fill("attach", "session", "page1");
  await fill("attach", "package", packageName);
  await page.click("#go");
  await until("attached", async () => (await textOf("#state")) === "attached");
  await until("RUNNING", async () => (await host.state("page1")) === "RUNNING");

  await fill("subscribe", "streams", "audio text");
  await page.click("#replace");
  await until("the streams", async () => (await textOf("#streams")).startsWith("audio, text in force"));
  assert.equal((await host.post("page1", { hello: "page" })).status, 200);
  await until("the message", async () => (await textOf("#log")).includes('message 1: {"hello":"page"}'));

  await host.fault("drop", { userId: `page1:${packageName}` });
  await until("the reconnect", async () => (await textOf("#log")).includes("reconnected, state kept"));
  await until("attached again", async () => (await textOf("#state")) === "attached");
  assert.match(await textOf("#streams"), /^audio, text in force/);
  const shot = process.env["LIFECYCLE_SCREENSHOT"];
  if (shot) await page.screenshot({ path: shot as `${string}.png` });

  await page.click("#release");
  await until("the end", async () => (await textOf("#log")).includes("ended, released"));
  await until("the goodbye", async () => (await host.session("page1")).json["released"] === true);
  // What a browser says of a socket that was cut is no fault of the page.
  assert.deepEqual(problems.filter((problem) => !/WebSocket|ERR_/.test(problem)), []);
});
