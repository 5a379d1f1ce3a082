export { AppServer, type ShutdownMode } from "./server.js";
export { AttachedSession } from "./session.js";
export { type AttachOptions, type SessionEvents, type SessionState } from "./events.js";
export { type ChooseSubscriptions } from "./subscriber.js";
export { AttachError, HubCallError, type EndKind, type EndReason, type RefusedAttempt } from "./reasons.js";
export { type AppServerOptions, type FailedMessages, type Logger } from "./options.js";
export { type Handler, type Remove } from "./handlers.js";
export { type Ack, type AppMessage, type SubscriptionsResult } from "./wire.js";
export { ReconnectSchedule } from "./schedule.js";
