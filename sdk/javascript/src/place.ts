import type { Try } from "./tries.js";

/**
 * Where a session negotiates. One that is on its way to another Lifecycle and has lost its connection tries both by turns, the new one
 * first: of the two only the one that acks is known to be there.
 */
export class Place {
  private target: string | undefined;
  private tried: string;

  constructor(private address: string) {
    this.tried = address;
  }

  /** The Lifecycle that acked last. */
  get url(): string {
    return this.address;
  }

  /** Lifecycle sends the session there; undefined: to a new connection at the same place. */
  leadsTo(url: string | undefined): void {
    this.target = url;
  }

  /** Where this try goes. */
  of({ number }: Try): string {
    return (this.tried = this.target !== undefined && number % 2 === 1 ? this.target : this.address);
  }

  /** The try that was made last was acked; or the one at `url`. True when the session is somewhere else now. */
  arrived(url = this.tried): boolean {
    const isElsewhere = url !== this.address;
    [this.address, this.tried, this.target] = [url, url, undefined];
    return isElsewhere;
  }

  /** It stays where it is. */
  stays(): void {
    this.target = undefined;
  }
}
