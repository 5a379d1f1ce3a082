import type { Clock } from "./clock.js";
import type { Connection } from "./connection.js";
import { waitFor } from "./waiting.js";

/** A goodbye of the socket's own may take so long. */
export const closeMs = 1_000;

/** The connections of a session: the one that it has, and the one that is made beside it when it moves. */
export class Links {
  private mine: Connection | undefined;
  private beside: { readonly connection: Connection; readonly url: string } | undefined;
  private readonly names = new Map<string, string>();

  constructor(private readonly clock: Clock) {}

  /** The one that the session has, acked or not. */
  get current(): Connection | undefined {
    return this.mine;
  }

  /** The targets that a new connection listens to. */
  get targets(): Iterable<string> {
    return this.names.values();
  }

  /** From now on, over this connection and all later ones. */
  listen(target: string): void {
    this.names.set(target.toLowerCase(), target);
    this.mine?.listen(target);
    this.beside?.connection.listen(target);
  }

  take(connection: Connection): Connection {
    return (this.mine = connection);
  }

  /** A connection at `url`, while the session keeps the one that it has. */
  takeBeside(connection: Connection, url: string): Connection {
    this.beside = { connection, url };
    return connection;
  }

  isBeside(connection: Connection): boolean {
    return this.beside?.connection === connection;
  }

  /** The one beside is the session's now. The answer: where it leads. */
  adopt(): string {
    const { connection, url } = this.beside!;
    [this.mine, this.beside] = [connection, undefined];
    return url;
  }

  /** It is not the session's any more, and stays open. True when it was. */
  detach(connection: Connection): boolean {
    if (this.isBeside(connection)) this.beside = undefined;
    if (this.mine !== connection) return false;
    this.mine = undefined;
    return true;
  }

  /** Closes a connection, and the wait for it has an end: a start that hangs holds its stop up; the newer connection wins. */
  async shut(connection: Connection): Promise<void> {
    await waitFor(this.clock, connection.stop(), closeMs);
  }

  /** Closes the one beside, if there is one: its attempt is over. */
  shutBeside(): void {
    const connection = this.beside?.connection;
    this.beside = undefined;
    connection?.stop().catch(() => undefined); // the attempt that it belongs to hears of it, and tells
  }
}
