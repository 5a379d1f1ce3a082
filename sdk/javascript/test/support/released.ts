import { readFileSync } from "node:fs";
import type { NegotiateRequest } from "../../src/negotiate.js";
import type { AckPayload, MessagePayload } from "../../src/wire.js";

/** What the SDK of the released version was recorded to send, and to answer. */
interface RecordedApp {
  readonly negotiate: Record<string, { readonly headers: Record<string, string>; readonly body: NegotiateRequest }>;
  readonly calls: Record<string, unknown[]>;
  readonly webhookAnswers: Record<string, { readonly status: number; readonly headers: Record<string, string>; readonly body: object | null }>;
}

/** What the server of the released version was recorded to say. */
interface RecordedServer {
  readonly acks: Record<string, AckPayload>;
  readonly message: MessagePayload;
  readonly stop: { readonly reason: string };
  readonly closes: Record<string, string>;
  readonly problems: Record<string, { readonly status: number; readonly retryAfter: string | null; readonly body: object }>;
  readonly webhooks: Record<string, { readonly headers: Record<string, string>; readonly body: Record<string, unknown> }>;
  readonly unknownMethod: string;
}

/** The wire as it was released as version 1, recorded (tests/Wire/README.md says how). */
export const released = JSON.parse(readFileSync(new URL("../../../../../tests/Wire/released-1.json", import.meta.url), "utf8")) as {
  readonly apps: { readonly javascript: RecordedApp };
  readonly server: RecordedServer;
};
