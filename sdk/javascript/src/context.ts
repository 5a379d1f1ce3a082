import type { Clock } from "./clock.js";
import type { Connect } from "./connection.js";
import type { EngineOutlook } from "./engine.js";
import type { CheckedOptions } from "./options.js";
import type { Turns } from "./turns.js";

/** What every session of one app server works with. */
export interface SessionContext {
  readonly options: CheckedOptions;
  readonly connect: Connect;
  readonly turns: Turns;
  readonly engine: EngineOutlook;
  readonly clock: Clock;
  /** Where Lifecycle is, for a session that begins. */
  readonly lifecycleUrl: string;
  /** A session negotiates at another address from now on. */
  moved(): void;
}
