import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** Where a service falls silent. `never` says nothing wrong. */
export type Stage = "negotiate" | "service negotiate" | "upgrade" | "handshake" | "ack" | "never";

/** A Lifecycle and its SignalR service that take what comes on a real socket, and from one stage on answer nothing. */
export class SilentService {
  stage: Stage = "never";
  negotiations = 0;

  private readonly sockets = new Set<Duplex>();

  private constructor(private readonly http: Server, readonly url: string) {}

  static async listen(): Promise<SilentService> {
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const address = http.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const service = new SilentService(http, `http://127.0.0.1:${address.port}`);
    http.on("request", (request, response) => service.answer(request, response));
    http.on("upgrade", (request, socket) => service.upgrade(request, socket));
    return service;
  }

  close(): void {
    this.http.close();
    this.http.closeAllConnections();
    for (const socket of this.sockets) socket.destroy();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const isOurs = request.url === "/api/negotiate";
    if (isOurs) this.negotiations++;
    if (this.stage === (isOurs ? "negotiate" : "service negotiate")) return;
    const body = isOurs
      ? { url: `${this.url}/client`, accessToken: "t" }
      : { connectionId: "c", connectionToken: "c", negotiateVersion: 1, availableTransports: [{ transport: "WebSockets", transferFormats: ["Text"] }] };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  }

  private upgrade(request: IncomingMessage, socket: Duplex): void {
    this.sockets.add(socket);
    socket.on("error", () => undefined);
    if (this.stage === "upgrade") return;
    const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    if (this.stage === "handshake") return;
    socket.once("data", () => {
      socket.write(frame({}));
      if (this.stage !== "ack") socket.write(frame({ type: 1, target: "ack", arguments: [{ state: "RUNNING", resumed: false, epoch: 1, token: "t" }] }));
    });
  }
}

/** One SignalR message in one WebSocket frame. */
function frame(message: object): Buffer {
  const text = Buffer.from(`${JSON.stringify(message)}\u001e`);
  const head = text.length < 126 ? Buffer.from([0x81, text.length]) : Buffer.from([0x81, 126, text.length >> 8, text.length & 0xff]);
  return Buffer.concat([head, text]);
}
