// Pictures of screens: kept by CI from artifacts/console; two of them are in the docs, and are written anew with UPDATE_DOCS=1.
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../../..");
const folder = join(root, "artifacts/console");
const inDocs = { "fleet-light": "console-fleet.png", "session-dark": "console-session.png" };

export async function shoot(page, name) {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
  if (process.env.UPDATE_DOCS === "1" && inDocs[name]) await page.screenshot({ path: join(root, "docs", inDocs[name]), clip: { x: 0, y: 0, width: 1280, height: 780 } });
}
