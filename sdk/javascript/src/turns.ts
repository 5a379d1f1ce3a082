/**
 * Turns to make an attempt. Thousands of sessions that lose their sockets together and all try at once end up in step, each of them too
 * slow for its time: one after the other they are back within it.
 */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(private readonly atOnce: number) {}

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.taken >= this.atOnce) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.taken++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next(); // the turn goes on to it
      else this.taken--;
    }
  }
}
