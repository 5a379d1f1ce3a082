import type { SessionContext } from "./context.js";
import type { WebhookIntake } from "./intake.js";
import type { Latch } from "./latch.js";
import { RelayLink, type ConnectRelay } from "./relay.js";

/**
 * A link to every Lifecycle that this process has to do with: one, but while sessions move to another installation, for both may have
 * webhooks then.
 */
export class RelayLinks {
  private readonly links = new Map<string, RelayLink>();
  private readonly stopping = new Set<Promise<void>>();
  private isStopped = false;

  constructor(
    private readonly context: SessionContext, private readonly connect: ConnectRelay, private readonly intake: WebhookIntake, private readonly leaving: Latch,
  ) {}

  /** Whether every link is ready. */
  get isReady(): boolean {
    return this.links.size > 0 && [...this.links.values()].every((link) => link.isReady);
  }

  /** Has a link to each of these, and to no other. */
  follow(urls: ReadonlySet<string>): void {
    if (this.isStopped) return;
    for (const url of urls) {
      if (!this.links.has(url)) this.links.set(url, new RelayLink(this.context, this.connect, url, this.intake, this.leaving));
    }
    for (const [url, link] of this.links) {
      if (urls.has(url)) continue;
      this.links.delete(url);
      const stop = link.stop();
      this.stopping.add(stop);
      void stop.finally(() => this.stopping.delete(stop));
    }
  }

  /** Closes all of them. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all([...this.stopping, ...[...this.links.values()].map((link) => link.stop())]);
    this.links.clear();
  }
}
