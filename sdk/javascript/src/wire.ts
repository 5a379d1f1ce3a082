/** The names and limits of docs/wire.md that both directions share. */
export const maxStreams = 1_000;
export const maxSeq = 2 ** 52;
/** What this SDK speaks; it says so at negotiate, and uses what is new in it only where the ack says so too. */
export const wireVersion = 2;
export const idRule = "1 to 128 characters of A-Z a-z 0-9 . _ - @ +, and neither . nor ..";
export const streamRule = "1 to 128 characters of A-Z a-z 0-9 . _ - @ + / :, with no part between slashes that is . or ..";

// In an address . and .. mean another one.
const id = /^(?!\.{1,2}$)[A-Za-z0-9._@+-]{1,128}$/;
const token = /^[!-~]{1,1024}$/;
const stream = /^(?!(.*\/)?\.{1,2}(\/|$))[A-Za-z0-9._@+/:-]{1,128}$/;
/** The grace window where nobody has said another one. */
export const defaultGraceMs = 6_000;
const grace = { standard: defaultGraceMs, least: 1_000, most: 120_000 };

export function isId(text: unknown): text is string {
  return typeof text === "string" && id.test(text);
}

export function isStream(text: unknown): text is string {
  return typeof text === "string" && stream.test(text);
}

export function isToken(text: unknown): text is string {
  return typeof text === "string" && token.test(text);
}

export function isSeq(number: unknown): number is number {
  return typeof number === "number" && Number.isInteger(number) && number >= 0 && number <= maxSeq;
}

/** What Lifecycle said when it accepted a connection. */
export interface Ack {
  /** The app session's state in capitals, normally `RUNNING`. */
  readonly state: string;
  /** True for a reconnect with kept state; false when the app session started clean. */
  readonly resumed: boolean;
  /** Grows with every attach and detach. */
  readonly epoch: number;
  /** Stays the same over reconnects. */
  readonly correlationId: string;
  /** The streams that the app is subscribed to. */
  readonly subscriptions: readonly string[];
  readonly subscriptionsVersion: number;
  /** How many messages the app will not get: they found no room while it was away, or a fresh start, or can never be sent. */
  readonly missed: number;
  /** Messages behind this number come on this connection. */
  readonly seq: number;
  /** How long Lifecycle will wait for a reconnect after a loss. */
  readonly reconnectGraceMs: number;
  /** What Lifecycle speaks: 1 for one that knows nothing of messages that are handled, of handing over, and of moves; else 2 or more. */
  readonly version: number;
  /** Whether the session was taken over from a process that left, with its state. */
  readonly takenOver: boolean;
  /** How long Lifecycle gives a process that leaves until its successor is there; undefined when it does not say. */
  readonly handOverMs: number | undefined;
}

/** The ack as it comes; every field may be missing. */
export interface AckPayload extends Partial<Ack> {
  readonly token?: string | null;
  readonly initWanted?: boolean;
}

/** What the app may see of an ack: all but the token. */
export function ackOf(payload: AckPayload): Ack {
  const asked = payload.reconnectGraceMs ?? 0;
  return {
    state: payload.state ?? "",
    resumed: payload.resumed ?? false,
    epoch: payload.epoch ?? 0,
    correlationId: payload.correlationId ?? "",
    subscriptions: payload.subscriptions ?? [],
    subscriptionsVersion: payload.subscriptionsVersion ?? 0,
    missed: payload.missed ?? 0,
    seq: payload.seq ?? 0,
    version: numberOf(payload.version) ?? 1,
    takenOver: payload.takenOver ?? false,
    handOverMs: numberOf(payload.handOverMs),
    reconnectGraceMs: asked <= 0 ? grace.standard : Math.min(Math.max(asked, grace.least), grace.most),
  };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 ? value : undefined;
}

/** A message for the app. */
export interface AppMessage {
  /** Position in the app session's order. */
  readonly seq: number;
  /** What the sender wrote; any JSON. */
  readonly body: unknown;
}

/** A message as it comes. With `prompt` somebody waits until it is handled. */
export interface MessagePayload extends AppMessage {
  readonly prompt?: boolean;
}

/** A message whose handler threw in the end. */
export interface FailedMessage {
  readonly seq: number;
  /** At most 200 characters. */
  readonly error: string;
}

/** What `done` says: every handler of the messages up to `seq` has returned. */
export interface Done {
  readonly seq: number;
  /** Those of them that failed, at most 20. */
  readonly failed?: readonly FailedMessage[];
  /** Nothing more is handled over this connection; what is behind `seq` was not begun. */
  readonly last?: boolean;
}

/** The answer to a change of subscriptions. */
export interface SubscriptionsResult {
  /** False when the server's set had changed meanwhile: look at it and try again. */
  readonly accepted: boolean;
  readonly reason?: string | null;
  /** The server's set after the call. */
  readonly subscriptions: readonly string[];
  readonly subscriptionsVersion: number;
}
