// Chromium, as Debian has it, and pages that fail a test for whatever they complain of.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { allowed } from "../../../../sdk/javascript/build/test/support/ports.js";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Where it is not it is installed, which takes a Debian and root.
function place() {
  const found = () => places.find((one) => existsSync(one));
  if (!found()) {
    const quiet = { stdio: "pipe", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    execFileSync("apt-get", ["update", "-qq"], quiet);
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], quiet);
  }
  return found() ?? places[0];
}

export const launch = () => chromium.launch({ executablePath: place(), args: ["--no-sandbox", "--disable-dev-shm-usage", allowed] });

/** A page of a fresh browser profile. `complaints` fills with errors of scripts and refusals of the content security policy. */
export async function open(browser, { width = 1280, height = 860, colorScheme = "light", ...rest } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: "en-GB", timezoneId: "Europe/Berlin", ...rest });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(`${error}`));
  page.on("console", (message) => { if (message.type() === "error" && !/Failed to load resource|WebSocket connection/.test(message.text())) page.complaints.push(message.text()); });
  return page;
}

/** What axe finds that is serious or worse: as text, one finding a line. */
export async function findings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .flatMap((one) => one.nodes.map((node) => `${one.impact} ${one.id}: ${node.target.join(" ")} – ${node.failureSummary}`));
}
