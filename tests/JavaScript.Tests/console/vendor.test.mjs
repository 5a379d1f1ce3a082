// What is vendored is what was published, with its licences.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const vendored = join(dirname(fileURLToPath(import.meta.url)), "../../../src/Functions/Console/Page/vendor");
const modules = createRequire(import.meta.url).resolve("preact/package.json").replace(/preact.package\.json$/, "");
const files = {
  "preact.mjs": "preact/dist/preact.mjs", "hooks.mjs": "preact/hooks/dist/hooks.mjs", "htm.mjs": "htm/dist/htm.mjs",
  "uPlot.js": "uplot/dist/uPlot.iife.min.js", "uPlot.css": "uplot/dist/uPlot.min.css",
};

for (const [name, published] of Object.entries(files)) {
  test(`${name} is ${published} of its package, byte for byte`, () =>
    assert.ok(readFileSync(join(vendored, name)).equals(readFileSync(join(modules, published)))));
}

test("The licence of each package is there", () => {
  const text = readFileSync(join(vendored, "licences.txt"), "utf8");
  for (const name of ["preact", "htm", "uplot"]) {
    const { version } = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
    assert.ok(text.includes(`==== ${name} ${version} ====`), `${name} ${version}`);
    assert.ok(text.includes(readFileSync(join(modules, name, "LICENSE"), "utf8")), name);
  }
});
