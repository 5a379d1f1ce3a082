import assert from "node:assert/strict";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { WebhookVerifier } from "../src/signature.js";

const secret = "whsec_b25seSBmb3IgdHJ5aW5nIGl0IG9uIGEgbGFwdG9wISE=";
const other = "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhpcnR5IGJ5dGVzISE=";
const body = '{"type":"session_request"}';
const at = new Date(1_770_000_000_000);
const seconds = String(at.getTime() / 1_000);
const signature = new Webhook(secret).sign("wh_1", at, body);

function check(change: { id?: string; time?: string; sign?: string; body?: string; secrets?: string[]; now?: number } = {}): string | undefined {
  const verifier = new WebhookVerifier(change.secrets ?? [secret], () => change.now ?? Number(seconds));
  return verifier.check(change.id ?? "wh_1", change.time ?? seconds, change.sign ?? signature, Buffer.from(change.body ?? body));
}

test("what the library of the scheme signs is taken", () => assert.equal(check(), undefined));

test("any of several signatures and secrets will do, as during a rotation", () => {
  const two = `${new Webhook(other).sign("wh_1", at, body)} ${signature}`;
  assert.equal(check({ sign: two }), undefined);
  assert.equal(check({ sign: two, secrets: [other] }), undefined);
  assert.equal(check({ secrets: [other, secret] }), undefined);
});

test("whatever was changed is noticed", () => {
  assert.equal(check({ id: "wh_2" }), "no-match");
  assert.equal(check({ body: body + " " }), "no-match");
  assert.equal(check({ time: String(Number(seconds) + 1) }), "no-match");
  assert.equal(check({ secrets: [other] }), "no-match");
  assert.equal(check({ sign: signature.replace("v1,", "v2,") }), "no-match");
  assert.equal(check({ sign: "v1,AAAA" }), "no-match");
});

test("a missing header, a malformed time and one that is too far away have names", () => {
  assert.equal(check({ sign: "" }), "missing-header");
  assert.equal(check({ time: "soon" }), "malformed-timestamp");
  assert.equal(check({ now: Number(seconds) + 301 }), "too-old");
  assert.equal(check({ now: Number(seconds) - 301 }), "too-new");
});

test("a secret that is none is refused without being shown", () => {
  for (const bad of ["whsec_c2hvcnQ=", "b25seSBmb3IgdHJ5aW5nIGl0IG9uIGEgbGFwdG9wISE=", "whsec_not base64 at all, and long enough"]) {
    assert.throws(() => new WebhookVerifier([bad]), (error: Error) => !error.message.includes(bad.slice(6)));
  }
});
