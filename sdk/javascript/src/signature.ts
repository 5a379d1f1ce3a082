import { createHmac, timingSafeEqual } from "node:crypto";
import { faultBefore, keyOf, signaturesIn, signedBytes, type SignatureFault } from "./signing.js";

export type { SignatureFault } from "./signing.js";

/** Verifies webhooks by the Standard Webhooks scheme: HMAC-SHA256 over `id.timestamp.body`. */
export class WebhookVerifier {
  private readonly keys: readonly Uint8Array[];

  /** `secrets`: `whsec_` and the base64 of 24 to 64 bytes each; two while one replaces the other. */
  constructor(secrets: readonly string[], private readonly nowSeconds: () => number = () => Date.now() / 1_000) {
    this.keys = secrets.map(keyOf);
  }

  /** What is wrong with the webhook; undefined when it is Lifecycle's and fresh. */
  check(id: string | undefined, timestamp: string | undefined, signatures: string | undefined, body: Uint8Array): SignatureFault | undefined {
    const fault = faultBefore(id, timestamp, signatures, this.nowSeconds());
    if (fault) return fault;
    const signed = signedBytes(id!, timestamp!, body);
    const given = signaturesIn(signatures!);
    let matches = false;
    // All of them, whatever the first says: the time it takes tells nothing.
    for (const key of this.keys) {
      const expected = createHmac("sha256", key).update(signed).digest();
      for (const signature of given) matches = (signature.length === expected.length && timingSafeEqual(signature, expected)) || matches;
    }
    return matches ? undefined : "no-match";
  }
}
