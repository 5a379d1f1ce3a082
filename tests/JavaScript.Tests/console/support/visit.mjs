// Opens a screen on the fake API, at the same moment of the same night each time; what the page complains of fails the test.
import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";
import { FakeApi } from "../fake/server.mjs";
import { World, night } from "../fake/world.mjs";
import { launch, open } from "./browser.mjs";

let browser;

/** What the test that runs has open. */
export const on = {};

before(async () => { browser = await launch(); });
after(() => browser?.close());
afterEach(async () => {
  const complaints = on.page?.complaints ?? [];
  await on.page?.context().close();
  on.api?.close();
  Object.assign(on, { page: undefined, api: undefined });
  assert.deepEqual(complaints, []);
});

/** Opens a screen; with `still` its clock goes only as far as it is told. */
export async function visit(hash, { world = new World({ sessions: 1_200 }), still = true, ...options } = {}) {
  on.api = await FakeApi.listen(world);
  on.page = await open(browser, options);
  if (still) await on.page.clock.install({ time: night });
  await on.page.goto(`${on.api.url}/api/console/${hash}`);
  await on.page.getByRole("heading", { level: 1 }).waitFor();
  return on;
}

/** Something that the page says to those who hear it. */
export const status = (text) => on.page.getByRole("status").filter({ hasText: text }).first();
