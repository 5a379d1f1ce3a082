import type { SessionContext } from "./context.js";
import type { Handler, HandlerQueue, Handlers } from "./handlers.js";
import type { SessionEvents } from "./events.js";
import type { Latch } from "./latch.js";
import { clip, messageOf } from "./negotiate.js";
import type { DoneTeller } from "./telling.js";
import { pauseFor } from "./waiting.js";
import type { AppMessage, MessagePayload } from "./wire.js";

const pausesMs = [1_000, 2_000];
const maxError = 200;

/** When the messages of a session come to an end. */
export interface MessageEnds {
  /** Nothing more is begun: it is the successor's. */
  readonly dropping: Latch;
  readonly ended: Latch;
}

/** Runs the handlers of messages, one message after the other, and says what became of each. */
export class MessageRunner {
  constructor(
    private readonly context: SessionContext,
    private readonly queue: HandlerQueue,
    private readonly handlers: Handlers<SessionEvents>,
    private readonly teller: DoneTeller,
    private readonly ends: MessageEnds,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Queues a message; one that nobody handles is handled when its turn comes. */
  take({ seq, body, prompt }: MessagePayload): void {
    const { book } = this.teller;
    const [handlers, life] = [this.handlers.of("message"), book.life];
    book.begun();
    this.queue.post(async () => {
      if (this.ends.dropping.isSet) return;
      const outcome = await this.handle({ seq, body }, handlers);
      if (outcome !== "left") this.teller.handled(life, seq, outcome?.error, prompt === true);
    });
  }

  /** Undefined: it is handled. `left`: it failed, was to run again, and is now the successor's. */
  private async handle(message: AppMessage, handlers: readonly Handler<AppMessage>[]): Promise<{ error: string } | "left" | undefined> {
    const { clock, options } = this.context;
    let outcome = await this.runAll(message, handlers);
    for (const pauseMs of options.failedMessages === "sendAgain" ? pausesMs : []) {
      if (!outcome) break;
      await pauseFor(clock, pauseMs, this.ends.dropping, this.ends.ended);
      if (this.ends.dropping.isSet) return "left";
      if (this.ends.ended.isSet) break;
      outcome = await this.runAll(message, handlers);
    }
    return outcome;
  }

  private async runAll(message: AppMessage, handlers: readonly Handler<AppMessage>[]): Promise<{ error: string } | undefined> {
    let first: { error: string } | undefined;
    for (const handler of handlers) {
      try {
        await handler(message);
      } catch (error) {
        this.failed(error);
        first ??= { error: clip(messageOf(error), maxError) };
      }
    }
    return first;
  }
}
