import { HttpTransportType, HubConnectionBuilder, LogLevel, type HubConnection } from "@microsoft/signalr";
import { HubCallError } from "./reasons.js";

interface Reply {
  readonly ok?: boolean;
  readonly error?: { readonly code?: string; readonly message?: string } | null;
}

/** One negotiated SignalR connection, used once, whatever it is for: opened, listened to, closed. */
export class HubLink {
  /** Completes when it is lost or closed, with the error text if there was one. */
  readonly closed: Promise<string | undefined>;
  private readonly hub: HubConnection;
  private ended!: (error: string | undefined) => void;

  constructor(url: string, accessToken: string) {
    this.closed = new Promise((resolve) => (this.ended = resolve));
    // No withAutomaticReconnect: it would come back with the old access token and without the reconnect hint and token, and it knows
    // nothing of the grace window. Coming back means a new negotiate, so whoever has the link does it.
    this.hub = new HubConnectionBuilder()
      .withUrl(url, { accessTokenFactory: () => accessToken, transport: HttpTransportType.WebSockets })
      .configureLogging(LogLevel.None)
      .build();
    this.hub.onclose((error) => this.ended(error?.message));
  }

  /** Before the start: what is listened to may be the first thing on the wire. */
  on<T>(target: string, handler: (argument: T) => void): void {
    this.hub.on(target, handler as (argument: unknown) => void);
  }

  start(): Promise<void> {
    return this.hub.start();
  }

  /** Calls a hub method. Rejects with a HubCallError when Lifecycle answers with an error. */
  async call(method: string, ...args: unknown[]): Promise<void> {
    const reply = await this.hub.invoke<Reply | null>(method, ...args);
    if (!reply?.ok) throw new HubCallError(method, reply?.error?.code ?? "unknown", reply?.error?.message);
  }

  async stop(): Promise<void> {
    await this.hub.stop();
    this.ended(undefined);
  }
}
