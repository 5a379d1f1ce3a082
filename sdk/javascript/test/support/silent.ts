import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { listen } from "./ports.js";

/** Where a service falls silent. `never` says nothing wrong. */
export type Stage = "negotiate" | "service negotiate" | "upgrade" | "handshake" | "ack" | "never";

/** Where a close comes: as the handshake's answer, in its frame, in a frame of its own that comes with it, or right behind it. */
export type Closing = "as the handshake" | "in the handshake's frame" | "with the handshake" | "behind the handshake";

/** A Lifecycle and its SignalR service that take what comes on a real socket, and from one stage on answer nothing. */
export class SilentService {
  stage: Stage = "never";
  negotiations = 0;
  /** What the negotiations showed. */
  readonly tokens: (string | undefined)[] = [];
  /** How the next connection is closed instead of acked, once: where its close comes, and the word in it. */
  closing: { readonly where: Closing; readonly word: string } | undefined;

  /** What the ack says besides. */
  ack: object = {};
  /** The hub calls that came, each with its first argument; all are answered with ok. */
  readonly calls: { readonly method: string; readonly argument: unknown }[] = [];

  private readonly sockets = new Set<Duplex>();

  private constructor(private readonly http: Server, readonly url: string) {}

  static async listen(): Promise<SilentService> {
    const http = createServer();
    const service = new SilentService(http, `http://127.0.0.1:${await listen(http)}`);
    http.on("request", (request, response) => service.answer(request, response));
    http.on("upgrade", (request, socket) => service.upgrade(request, socket));
    return service;
  }

  close(): void {
    this.http.close();
    this.http.closeAllConnections();
    for (const socket of this.sockets) socket.destroy();
  }

  /** Cuts every socket, as a lost network does. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  /** Sends a message over every connection. */
  send(target: string, argument: object): void {
    for (const socket of this.sockets) socket.write(frame({ type: 1, target, arguments: [argument] }));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const isOurs = request.url === "/api/negotiate";
    if (isOurs) {
      this.negotiations++;
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => this.tokens.push((JSON.parse(text) as { reconnectToken?: string }).reconnectToken));
    } else request.resume();
    if (this.stage === (isOurs ? "negotiate" : "service negotiate")) return;
    const body = isOurs
      ? { url: `${this.url}/client`, accessToken: "t" }
      : { connectionId: "c", connectionToken: "c", negotiateVersion: 1, availableTransports: [{ transport: "WebSockets", transferFormats: ["Text"] }] };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  }

  private refuse(socket: Duplex, { where, word }: { where: Closing; word: string }): void {
    this.closing = undefined;
    const close = { type: 7, error: word };
    if (where === "as the handshake") socket.write(frame({ error: word }));
    else if (where === "in the handshake's frame") socket.write(frame({}, close));
    else if (where === "with the handshake") socket.write(Buffer.concat([frame({}), frame(close)]));
    else socket.write(frame({}), () => setImmediate(() => socket.write(frame(close))));
  }

  private hear(socket: Duplex, bytes: Buffer): void {
    for (const text of textsOf(bytes)) {
      const call = JSON.parse(text) as { type: number; target: string; arguments: unknown[]; invocationId?: string };
      if (call.type !== 1) continue;
      this.calls.push({ method: call.target, argument: call.arguments[0] });
      socket.write(frame({ type: 3, invocationId: call.invocationId, result: { ok: true } }));
    }
  }

  private upgrade(request: IncomingMessage, socket: Duplex): void {
    this.sockets.add(socket);
    socket.on("error", () => undefined);
    if (this.stage === "upgrade") return;
    const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    if (this.stage === "handshake") return;
    socket.once("data", () => {
      if (this.closing) return this.refuse(socket, this.closing);
      socket.write(frame({}));
      if (this.stage !== "ack") socket.write(frame({ type: 1, target: "ack", arguments: [{ state: "RUNNING", resumed: false, epoch: 1, token: "t", ...this.ack }] }));
      socket.on("data", (bytes: Buffer) => this.hear(socket, bytes));
    });
  }
}

/** The texts in frames of a client, each short enough for a length of two bytes. */
function textsOf(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [isText, short] = [(bytes[at]! & 15) === 1, bytes[at + 1]! & 127];
    const [length, mask] = short < 126 ? [short, at + 2] : [bytes.readUInt16BE(at + 2), at + 4];
    const data = bytes.subarray(mask + 4, mask + 4 + length).map((byte, i) => byte ^ bytes[mask + (i & 3)]!);
    if (isText) texts.push(...Buffer.from(data).toString().split("\u001e").filter((text) => text !== ""));
    at = mask + 4 + length;
  }
  return texts;
}

/** SignalR messages in one WebSocket frame. */
function frame(...messages: object[]): Buffer {
  const text = Buffer.from(messages.map((message) => `${JSON.stringify(message)}\u001e`).join(""));
  const head = text.length < 126 ? Buffer.from([0x81, text.length]) : Buffer.from([0x81, 126, text.length >> 8, text.length & 0xff]);
  return Buffer.concat([head, text]);
}
