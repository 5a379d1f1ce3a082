/** Why a webhook does not count as Lifecycle's. */
export type SignatureFault = "missing-header" | "malformed-timestamp" | "too-old" | "too-new" | "no-match";

const prefix = "whsec_";
const version = "v1,";
const maxSignatures = 16;
const toleranceSeconds = 300;

export const signatureFaults: Record<SignatureFault, string> = {
  "missing-header": "webhook-id, webhook-timestamp and webhook-signature are required",
  "malformed-timestamp": "webhook-timestamp must be Unix seconds",
  "too-old": "webhook-timestamp is more than 5 minutes ago",
  "too-new": "webhook-timestamp is more than 5 minutes ahead",
  "no-match": "No signature was made with a secret that is valid here",
};

/** What is wrong before any signature is looked at: a header that is missing, or the time. */
export function faultBefore(id: string | undefined, timestamp: string | undefined, signatures: string | undefined, nowSeconds: number): SignatureFault | undefined {
  if (!id || !timestamp || !signatures) return "missing-header";
  if (!/^\d{1,15}$/.test(timestamp)) return "malformed-timestamp";
  const age = nowSeconds - Number(timestamp);
  return age > toleranceSeconds ? "too-old" : age < -toleranceSeconds ? "too-new" : undefined;
}

/** The signatures of the scheme's version in the header, as bytes; one that is none is empty. */
export function signaturesIn(header: string): Uint8Array<ArrayBuffer>[] {
  return header.split(" ").slice(0, maxSignatures).filter((text) => text.startsWith(version)).map((text) => bytesOf(text.slice(version.length)) ?? new Uint8Array());
}

/** What is signed. */
export function signedBytes(id: string, timestamp: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const signed = new Uint8Array(head.length + body.length);
  signed.set(head);
  signed.set(body, head.length);
  return signed;
}

/** The HMAC key of a secret, `whsec_` and the base64 of 24 to 64 bytes. Throws a TypeError, which does not show it. */
export function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : "";
  const key = bytesOf(text);
  if (!key || key.length < 24 || key.length > 64) throw new TypeError(`A webhook secret must be ${prefix} and the base64 of 24 to 64 bytes`);
  return key;
}

/** Undefined for what is no base64, or not as it is written. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const text = atob(base64);
    return btoa(text) === base64 ? Uint8Array.from(text, (character) => character.charCodeAt(0)) : undefined;
  } catch {
    return undefined;
  }
}

/** Verifies by what browsers have, too: the check of `WebhookVerifier` where there is no node:crypto. */
export class WebVerifier {
  private readonly keys: Promise<readonly CryptoKey[]>;

  constructor(secrets: readonly string[], private readonly nowSeconds: () => number = () => Date.now() / 1_000) {
    const keys = secrets.map(keyOf); // throws here, and not when the first webhook comes
    this.keys = Promise.all(keys.map((key) => crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["verify"])));
    this.keys.catch(() => undefined); // whoever checks hears of it
  }

  /** What is wrong with the webhook; undefined when it is Lifecycle's and fresh. */
  async check(id: string | undefined, timestamp: string | undefined, signatures: string | undefined, body: Uint8Array): Promise<SignatureFault | undefined> {
    const fault = faultBefore(id, timestamp, signatures, this.nowSeconds());
    if (fault) return fault;
    const signed = signedBytes(id!, timestamp!, body);
    const given = signaturesIn(signatures!);
    // All of them, whatever the first says: the time it takes tells nothing.
    const keys = await this.keys;
    const matches = await Promise.all(keys.flatMap((key) => given.map((signature) => crypto.subtle.verify("HMAC", key, signature, signed))));
    return matches.includes(true) ? undefined : "no-match";
  }
}
