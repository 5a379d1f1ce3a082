import { createHmac, timingSafeEqual } from "node:crypto";

/** Why a webhook does not count as Lifecycle's. */
export type SignatureFault = "missing-header" | "malformed-timestamp" | "too-old" | "too-new" | "no-match";

const prefix = "whsec_";
const version = "v1,";
const maxSignatures = 16;
const toleranceSeconds = 300;

/** Verifies webhooks by the Standard Webhooks scheme: HMAC-SHA256 over `id.timestamp.body`. */
export class WebhookVerifier {
  private readonly keys: readonly Buffer[];

  /** `secrets`: `whsec_` and the base64 of 24 to 64 bytes each; two while one replaces the other. */
  constructor(secrets: readonly string[], private readonly nowSeconds: () => number = () => Date.now() / 1_000) {
    this.keys = secrets.map(readSecret);
  }

  /** What is wrong with the webhook; undefined when it is Lifecycle's and fresh. */
  check(id: string | undefined, timestamp: string | undefined, signatures: string | undefined, body: Buffer): SignatureFault | undefined {
    if (!id || !timestamp || !signatures) return "missing-header";
    if (!/^\d{1,15}$/.test(timestamp)) return "malformed-timestamp";
    const age = this.nowSeconds() - Number(timestamp);
    if (age > toleranceSeconds) return "too-old";
    if (age < -toleranceSeconds) return "too-new";
    const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
    const given = signatures.split(" ").slice(0, maxSignatures).filter((text) => text.startsWith(version))
      .map((text) => Buffer.from(text.slice(version.length), "base64"));
    let matches = false;
    // All of them, whatever the first says: the time it takes tells nothing.
    for (const key of this.keys) {
      const expected = createHmac("sha256", key).update(signed).digest();
      for (const signature of given) matches = (signature.length === expected.length && timingSafeEqual(signature, expected)) || matches;
    }
    return matches ? undefined : "no-match";
  }
}

function readSecret(secret: string): Buffer {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : "";
  const key = Buffer.from(text, "base64");
  if (key.length < 24 || key.length > 64 || key.toString("base64") !== text) {
    throw new TypeError(`A webhook secret must be ${prefix} and the base64 of 24 to 64 bytes`); // never the secret itself
  }
  return key;
}
