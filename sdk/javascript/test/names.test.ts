import assert from "node:assert/strict";
import { test } from "node:test";
import { AppServer } from "../src/index.js";
import { check } from "../src/options.js";
import { isId, isStream } from "../src/wire.js";

const good = { lifecycleUrl: "http://fake", packageName: "p" };

// '..' in an address means another one: what was asked for a session was done to the whole app.
test("dots alone are no id, and no part of a stream", () => {
  for (const name of [".", ".."]) {
    assert.equal(isId(name), false);
    assert.throws(() => check({ ...good, packageName: name }), /packageName must be .* neither \. nor \.\./);
    assert.throws(() => check({ ...good, instanceId: name }), /instanceId must be/);
    for (const stream of [name, `a/${name}`, `${name}/a`, `a/${name}/b`]) assert.equal(isStream(stream), false, stream);
  }
  for (const name of ["...", ".a", "a..", "..a"]) assert.ok(isId(name), name);
  for (const stream of ["a/..b", "a..b", "a/b:c", "a/.../b"]) assert.ok(isStream(stream), stream);
});

// A number near 2^53 was taken, the next ones could not be told apart, and the session was rejected for good.
test("the last number is a whole one that numbers can go on from", async () => {
  const server = new AppServer(good);
  for (const lastSeq of [-1, 0.5, Number.NaN, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER]) {
    await assert.rejects(server.attach("s1", { lastSeq }), /lastSeq must be a whole number from 0 to 4503599627370496/);
  }
  await server.shutdown();
});
