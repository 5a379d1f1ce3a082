// What each screen does, on the fake API.
import assert from "node:assert/strict";
import { test } from "node:test";
import { World } from "./fake/world.mjs";
import { findings } from "./support/browser.mjs";
import { on, status, visit } from "./support/visit.mjs";

const calls = (method) => on.api.calls.filter((call) => call.method === method && !call.path.startsWith("console/"));

test("The filter of sessions stands in the address, and an address opens with its filter, columns and order", async () => {
  const { page } = await visit("#/sessions");
  await page.getByLabel("Evicted").check();
  await page.getByRole("searchbox", { name: "App" }).fill("com.example");
  await page.locator("summary", { hasText: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Epoch" }).check();
  await page.getByRole("columnheader", { name: "Since" }).getByRole("button").click();
  const address = page.url();
  assert.match(address, /#\/sessions\?state=EVICTED&package=com\.example\*&columns=.*epoch&sort=since$/);
  const count = await page.locator(".title p", { hasText: /fit$/ }).textContent();
  await page.goto("about:blank");
  await page.goto(address);
  await page.getByText(count).waitFor();
  assert.equal(await page.getByLabel("Evicted").isChecked(), true);
  assert.equal(await page.getByRole("columnheader", { name: "Since" }).getAttribute("aria-sort"), "ascending");
  await page.getByRole("columnheader", { name: "Epoch" }).waitFor();
});

// On a busy machine a letter came before the page had drawn the one before it: the field went back by one, and had a star in it.
test("What is typed faster than it is drawn stays as it was typed", async () => {
  const { page } = await visit("#/sessions");
  const field = page.getByRole("searchbox", { name: "Session" });
  await field.evaluate(async (input) => {
    for (const text of ["u", "us", "use"]) {
      input.value = text;
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      for (let n = 0; n < 9; n++) await Promise.resolve();
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  });
  assert.equal(await field.inputValue(), "use");
  assert.match(page.url(), /session=use\*$/);
});

// A page that drops a second drops it each time; a machine that stands still for one hardly does so three times.
test("Ten thousand sessions are listed, filtered, sorted and scrolled without a dropped second, while two hundred a second change", async (t) => {
  const seen = [];
  while (seen.length < 3 && !(seen.at(-1) < 1_000)) seen.push(await longestFrameOfTenThousand(t));
  assert.ok(seen.at(-1) < 1_000, `Frames came after ${seen} ms.`);
});

async function longestFrameOfTenThousand(t) {
  const { api, page } = await visit("#/", { world: new World({ sessions: 10_000, now: Date.now() }), still: false });
  await page.evaluate(() => {
    let last = performance.now();
    globalThis.worst = 0;
    const frame = (now) => { globalThis.worst = Math.max(globalThis.worst, now - last); last = now; requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
  });
  const began = Date.now();
  const fit = (count) => page.waitForFunction((text) => document.querySelector(".title p")?.textContent === text, `${count} fit`);
  await page.getByRole("link", { name: "Sessions", exact: true }).click();
  await fit("10,000");
  const listed = Date.now() - began;
  const keys = [...api.world.sessions.keys()];
  let n = 0;
  const change = () => api.world.move(keys[(n++ * 7919) % keys.length], n % 2 ? "RUNNING" : "GRACE_PERIOD", "reconnect", "network");
  const changing = setInterval(() => api.tell(...Array.from({ length: 50 }, change)), 250);
  t.after(() => clearInterval(changing));
  await page.getByRole("searchbox", { name: "Session" }).pressSequentially("user-0123", { delay: 20 });
  await fit("10");
  await page.getByRole("searchbox", { name: "Session" }).fill("");
  await fit("10,000");
  await page.locator(".rows .body").hover();
  for (let step = 0; step < 20; step++) await page.mouse.wheel(0, 5_000);
  await page.getByRole("columnheader", { name: "Since" }).getByRole("button").click();
  await page.waitForFunction(() => document.querySelector("[aria-sort=ascending]")?.textContent.startsWith("Since"));
  clearInterval(changing);
  const worst = await page.evaluate(() => Math.round(globalThis.worst));
  t.diagnostic(`10,000 sessions listed in ${listed} ms; the longest time between two frames was ${worst} ms`);
  assert.equal(await page.getByRole("table", { name: "Sessions" }).getAttribute("aria-rowcount"), "10001");
  assert.ok(await page.getByRole("row").count() < 100, "only those that are seen are there");
  return worst;
}

test("A transition is on the screen at once, without a reading of the API", async () => {
  const { api, page } = await visit("#/sessions?session=user-00014");
  await status("Live").waitFor();
  await page.getByText("1 fits").waitFor();
  const before = calls("GET").length;
  api.tell(api.world.move("user-00014:com.example.captions", "RUNNING", "reconnect", "network"));
  await page.getByRole("cell", { name: "Running" }).waitFor();
  await page.getByRole("cell", { name: "network" }).waitFor();
  assert.equal(calls("GET").length, before);
});

// A grace window was over before a slow host had been asked again: nobody saw it.
test("A transition of a session is on its screen at once, however slow the API is, until the API knows more", async () => {
  const { api, page } = await visit("#/sessions/user-00014/com.example.captions");
  await page.getByRole("heading", { name: "Decisions" }).waitFor();
  await status("Live").waitFor();
  const state = page.locator(".panel", { hasText: /^State/ });
  const paths = ["sessions/user-00014/apps/com.example.captions", "sessions/user-00014/apps/com.example.captions/explain"];
  const releases = paths.map((path) => api.hold(path));
  api.world.now += 1_000;
  const [lost, back] = [["GRACE_PERIOD", "socket_lost", "unknown"], ["RUNNING", "reconnect", "network"]].map((to) => api.world.move("user-00014:com.example.captions", ...to));
  api.tell(lost);
  await state.getByText("Grace period").waitFor();
  api.tell({ ...back, at: api.world.at(-1) }, lost);
  await state.getByText("Running").waitFor();
  await state.getByText("Waits for").waitFor({ state: "detached" });
  for (const release of releases) release();
});

test("An interrupted stream is told, the page polls meanwhile, and the stream comes back by itself", async () => {
  const { api, page } = await visit("#/sessions/user-00014/com.example.captions", { still: false, world: new World({ sessions: 1_200, now: Date.now() }) });
  await status("Live").waitFor();
  api.cut(true);
  await status("Stream interrupted").waitFor();
  await page.getByText(/polling; next try/).waitFor();
  api.world.move("user-00014:com.example.captions", "RUNNING", "reconnect", "network");
  await page.locator(".panel header", { hasText: "State" }).getByText("Running").waitFor();
  api.cut(false);
  await status("Live").waitFor();
});

test("A host that does not answer leaves what was read on the screen, says so, and is asked again", async () => {
  const { api, page } = await visit("#/", { still: false });
  await page.getByText("Platform health").waitFor();
  api.set("fleet", { status: 503, body: { title: "Not now", detail: "The durable backend does not answer." } });
  api.cut(true);
  await page.getByRole("alert").getByText("The durable backend does not answer.").waitFor();
  await page.getByText("Platform health").waitFor();
  api.answers.clear();
  api.cut(false);
  await page.getByRole("alert").waitFor({ state: "detached" });
});

test("A tab only reads until somebody allows changes; the next tab asks anew", async () => {
  const { page } = await visit("#/sessions/user-00014/com.example.captions");
  await page.getByRole("heading", { name: "Decisions" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Stop", exact: true }).count(), 0);
  await page.getByRole("switch", { name: "Allow changes" }).check();
  await page.getByRole("button", { name: "Revive" }).click();
  await status("Revive: accepted.").waitFor();
  assert.deepEqual(calls("POST").map((call) => call.path), ["sessions/user-00014/apps/com.example.captions/revive"]);
  const tab = await page.context().newPage();
  await tab.goto(page.url());
  await tab.getByRole("heading", { name: "Decisions" }).waitFor();
  assert.equal(await tab.getByRole("switch", { name: "Allow changes" }).isChecked(), false);
});

test("A bulk action is counted first, and nothing is sent before somebody has seen the count", async () => {
  const { api, page } = await visit("#/bulk?action=revive&state=EVICTED");
  await page.getByRole("button", { name: "Count" }).click();
  await page.getByText("sessions would be asked to revive").waitFor();
  assert.deepEqual(calls("POST").map((call) => [call.path, call.body]), [["app-sessions/revive", { filter: { state: ["EVICTED"] }, dryRun: true }]]);
  await page.getByText("This tab only reads.").waitFor();
  await page.getByRole("switch", { name: "Allow changes" }).check();
  await page.getByLabel("Reason, for the log").fill("captions is back");
  await page.getByRole("button", { name: /^Revive \d+ sessions$/ }).click();
  const underWay = page.locator(".panel", { hasText: "Under way" });
  await underWay.getByText("running", { exact: true }).waitFor();
  for (let quarter = 0; quarter < 2; quarter++) api.world.progress("b-1");
  await underWay.getByText("done", { exact: true }).waitFor();
  assert.deepEqual(calls("POST")[1].body, { filter: { state: ["EVICTED"] }, dryRun: false, reason: "captions is back" });
});

// A screen that was left while its bulk action was asked about went on asking every second.
test("The progress of a bulk action is not asked for any more once its screen is left", async () => {
  const { api, page } = await visit("#/bulk?action=revive&state=EVICTED");
  await page.getByRole("switch", { name: "Allow changes" }).check();
  await page.getByRole("button", { name: "Count" }).click();
  const release = api.hold("bulk/b-1");
  await page.getByRole("button", { name: /^Revive \d+ sessions$/ }).click();
  const asked = () => calls("GET").filter((call) => call.path === "bulk/b-1").length;
  await page.getByRole("heading", { name: "Under way" }).waitFor();
  await page.getByRole("link", { name: "Fleet", exact: true }).click();
  await page.getByText("Platform health").waitFor();
  assert.equal(asked(), 1);
  release();
  await page.waitForLoadState("networkidle");
  await page.clock.runFor(10_000);
  await page.waitForLoadState("networkidle");
  assert.equal(asked(), 1);
});

// The page asked with an empty filter and without the word that the API wants then: it was refused, and there was no way to say it.
test("The whole fleet is meant only by somebody who says so", async () => {
  const { api, page } = await visit("#/bulk?action=stop");
  assert.equal(api.world.bulkOf("stop", { filter: {} }).status, 400);
  const count = page.getByRole("button", { name: "Count" });
  const whole = page.getByRole("checkbox", { name: "The filter is empty: I mean every session of the whole fleet" });
  assert.equal(await count.isDisabled(), true);
  await page.setViewportSize({ width: 360, height: 760 });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
  await whole.check();
  await page.getByRole("switch", { name: "Allow changes" }).check();
  await count.click();
  await page.getByRole("button", { name: "Stop all 1,200 sessions" }).click();
  await page.getByRole("heading", { name: "Under way" }).waitFor();
  assert.deepEqual(calls("POST").map((call) => call.body), [{ filter: {}, dryRun: true, all: true }, { filter: {}, dryRun: false, all: true }]);
  // Another filter takes it back.
  await page.getByLabel("Evicted").check();
  await whole.waitFor({ state: "detached" });
  await count.click();
  await page.getByRole("button", { name: /^Stop \d+ sessions$/ }).waitFor();
  assert.deepEqual(calls("POST").at(-1).body, { filter: { state: ["EVICTED"] }, dryRun: true });
  await page.getByLabel("Evicted").uncheck();
  assert.equal(await whole.isChecked(), false);
});

// Whoever only looked on could stop what another one had begun; and a stop that was refused looked like one that was not.
test("A bulk action is stopped only by a tab that may change something, and a stop that fails is told", async () => {
  const { api, page } = await visit("#/fleet");
  api.world.bulkOf("stop", { filter: { state: ["RUNNING"] }, dryRun: false });
  api.set("bulk/b-1", { status: 200, body: { ...api.world.bulk.get("b-1") } }, "GET");
  await page.evaluate(() => sessionStorage.setItem("lifecycle.bulk", "b-1"));
  await page.getByRole("link", { name: "Bulk actions" }).click();
  await page.getByText("This tab only reads. Allow changes, above, to stop it.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Stop it" }).count(), 0);
  await page.getByRole("switch", { name: "Allow changes" }).check();
  api.set("bulk/b-1", { status: 503, body: { title: "Not now", detail: "The durable backend does not answer." } }, "DELETE");
  await page.getByRole("button", { name: "Stop it" }).click();
  await page.getByRole("alert").getByText("The durable backend does not answer.").waitFor();
  api.answers.clear();
  await page.getByRole("button", { name: "Stop it" }).click();
  await page.locator(".panel", { hasText: "Under way" }).getByText("stopped", { exact: true }).waitFor();
  await page.getByRole("alert").waitFor({ state: "detached" });
});

test("A count does not stand for another filter or action", async () => {
  const { page } = await visit("#/bulk?action=stop&state=EVICTED");
  await page.getByRole("switch", { name: "Allow changes" }).check();
  await page.getByRole("button", { name: "Count" }).click();
  const go = page.getByRole("button", { name: /^Stop \d+ sessions$/ });
  await go.waitFor();
  await page.getByLabel("Running").check();
  await go.waitFor({ state: "detached" });
});

test("All apps are listed, however many pages the API has of them", async () => {
  const { page } = await visit("#/apps", { world: new World({ mostApps: 4 }) });
  await page.getByRole("heading", { name: "10 apps" }).waitFor();
  assert.equal(await page.getByRole("table", { name: "Apps" }).getByRole("row").count(), 11);
  assert.deepEqual(calls("GET").filter((call) => call.path === "apps").slice(0, 3).map((call) => call.query.cursor), [undefined, "4", "8"]);
});

// In a large fleet the first page of an app's sessions can be empty: the page said that it had none.
test("The sessions of an app are found behind pages without any", async () => {
  const { page } = await visit("#/apps/com.example.tasks", { world: new World({ mostRows: 50 }) });
  const rows = page.getByRole("table", { name: "Sessions" }).getByRole("row");
  await rows.nth(2).waitFor();
  assert.equal(await rows.count(), 3);
});

// A link that was cut, or typed by hand, left an empty page: not even the way to another screen was there.
test("An address that leads nowhere says so, and the way to the others stays", async () => {
  const { page } = await visit("#/sessions/user-00014/%E0%A4%A");
  const nowhere = page.getByRole("heading", { name: "No such page", level: 1 });
  await nowhere.waitFor();
  for (const hash of ["#/fleets", "#/fleet/x", "#/apps/a/b", "#/sessions/s1", "#/apps/%", "#/sessions/../com.example.notes", "#/sessions/user-00014/com.example.captions?at=yesterday"]) {
    await page.getByRole("link", { name: "Apps", exact: true }).click();
    await nowhere.waitFor({ state: "detached" });
    await page.evaluate((address) => { location.hash = address; }, hash);
    await nowhere.waitFor();
  }
  assert.deepEqual(await findings(page), []);
  await page.getByRole("link", { name: "Go to the fleet" }).click();
  await page.getByText("Platform health").waitFor();
  await page.evaluate(() => { location.hash = "#/bulk?action=constructor&since=%E0%A4%A&columns=x"; });
  await page.getByRole("heading", { name: "Bulk actions", level: 1 }).waitFor();
});

test("A function key is asked for once a tab, sent in a header and never in an address", async () => {
  const { api, page } = await visit("#/sessions/user-00014/com.example.captions");
  api.key = "the-key";
  await page.reload();
  await page.getByLabel("Function key").fill("the-key");
  await page.getByRole("button", { name: "Use it in this tab" }).click();
  await page.getByRole("heading", { name: "Decisions" }).waitFor();
  await status("Live").waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Decisions" }).waitFor();
  assert.equal(await page.getByLabel("Function key").count(), 0);
  assert.ok(!page.url().includes("the-key") && api.calls.every((call) => !JSON.stringify(call.query).includes("the-key")));
  assert.deepEqual(await page.evaluate(() => Object.entries(localStorage)), []);
});

test("A sign-in that has ended is told, and can be made again", async () => {
  const { api, page } = await visit("#/");
  api.set("fleet", { status: 302, headers: { location: "https://login.example.com/" } });
  await page.reload();
  await page.getByText("This app asks you to sign in.").waitFor();
  api.answers.clear();
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Platform health").waitFor();
});

test("Where a storage queue has the events, the screen says which one", async () => {
  const { api, page } = await visit("#/events");
  api.set("events", { status: 404, body: { type: "urn:lifecycle:problem:not_kept_here", title: "Not found", detail: "They are in the storage queue lifecycle-events: this host has a storage account and keeps none itself." } });
  await page.reload();
  await page.getByText("They are in the storage queue lifecycle-events").waitFor();
  assert.deepEqual(await findings(page), []);
});

test("A moment of a session's course is explained, in the address too", async () => {
  const { page } = await visit("#/sessions/user-00014/com.example.captions");
  await page.getByRole("listitem").filter({ hasText: "grace expired" }).getByRole("button", { name: "Explain then" }).click();
  await page.getByText("At that moment it was disconnected").waitFor();
  assert.match(page.url(), /\?at=2026-03-12T01:54:13\.000Z$/);
  await page.getByRole("button", { name: "Back to now" }).first().click();
  await page.getByText("It waits for com.example.captions").waitFor();
});

test("What-if puts both courses side by side and changes nothing", async () => {
  const { page } = await visit("#/sessions/user-00014/com.example.captions");
  await page.getByLabel(/^instead of 8000/).fill("20000");
  await page.getByRole("button", { name: "Ask" }).click();
  await page.getByText("With reconnectGraceMs 20000 the process would have been back").waitFor();
  assert.deepEqual(calls("POST").map((call) => [call.path, call.body]), [["sessions/user-00014/apps/com.example.captions/what-if", { policy: { reconnectGraceMs: 20000 } }]]);
});

test("All of it goes by keyboard: skip link, screens, rows", async () => {
  const { page } = await visit("#/sessions?state=EVICTED");
  await page.getByText(/\d+ fit$/).waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
  await page.getByRole("table", { name: "Sessions" }).getByRole("link").first().focus();
  await page.keyboard.press("ArrowDown");
  const name = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press("Enter");
  await page.waitForFunction((text) => document.activeElement.tagName === "H1" && document.activeElement.textContent === text, name);
});

test("Times are in the viewer's zone, with the absolute one at hand", async () => {
  const { page } = await visit("#/sessions/user-00014/com.example.captions");
  // Not the first one: what the list knows is drawn before what the API says of the session, with other times.
  const time = page.locator('dd time[datetime="2026-03-12T02:06:30.000Z"]').first();
  assert.equal(await time.textContent(), "12 Mar, 03:06:30");
  assert.equal(await time.getAttribute("title"), "2026-03-12 02:06:30.000 UTC");
});

test("The theme is the machine's until somebody chooses, and the choice is kept", async () => {
  const { page } = await visit("#/", { colorScheme: "dark" });
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), "dark");
  await page.getByRole("button", { name: "Use the light theme" }).click();
  await page.reload();
  await page.getByText("Platform health").waitFor();
  assert.equal(await theme(), "light");
});

// The list of sessions was read on in a tab that nobody saw.
for (const hash of ["#/", "#/sessions"]) {
  test(`Nothing is asked of ${hash} while nobody sees the page, and at once when somebody does`, async () => {
    const { api, page } = await visit(hash, { still: false });
    await status("Live").waitFor();
    await page.clock.install();
    const hide = (hidden) => page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
    await page.reload();
    await status("Live").waitFor();
    // The one that follows the stream's coming.
    await page.clock.runFor(2_000);
    await page.waitForLoadState("networkidle");
    await hide(true);
    const read = calls("GET").length;
    await page.clock.runFor(61_000);
    await status("Not listening").waitFor();
    const before = api.calls.length;
    await page.clock.runFor(120_000);
    assert.deepEqual([api.calls.length, calls("GET").length], [before, read]);
    const asked = page.waitForRequest((request) => request.method() === "GET");
    await hide(false);
    await asked;
    await status("Live").waitFor();
  });
}
