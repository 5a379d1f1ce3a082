// How each screen looks, to those who see it and to those who hear it; kept as pictures.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findings } from "./support/browser.mjs";
import { shoot } from "./support/shots.mjs";
import { status, visit } from "./support/visit.mjs";

const screens = {
  fleet: ["#/", "Platform health"],
  apps: ["#/apps", "com.example.captions"],
  app: ["#/apps/com.example.captions", "Webhooks and probes"],
  sessions: ["#/sessions?state=BACKOFF,RESURRECTING,EVICTED", "com.example.captions"],
  session: ["#/sessions/user-00014/com.example.captions", "What if"],
  events: ["#/events", "transition"],
  "dead-letters": ["#/dead-letters", "horizon over"],
  bulk: ["#/bulk?action=revive&state=EVICTED", "Count"],
};

for (const [name, [hash, text]] of Object.entries(screens)) {
  test(`The screen ${name} has no serious finding of axe in light and dark, and fits a phone of 360 points`, async () => {
    const { page } = await visit(hash);
    await page.getByText(text).first().waitFor();
    await status("Live").waitFor();
    await shoot(page, `${name}-light`);
    assert.deepEqual(await findings(page), []);
    await page.setViewportSize({ width: 360, height: 760 });
    await shoot(page, `${name}-phone`);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    if (name === "sessions") assert.deepEqual(await findings(page), []);
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.emulateMedia({ colorScheme: "dark" });
    await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
    await shoot(page, `${name}-dark`);
    assert.deepEqual(await findings(page), []);
  });
}
