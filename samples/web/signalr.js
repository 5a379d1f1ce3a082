// The browser build of @microsoft/signalr is a script; this makes it the module that the SDK imports.
import "/signalr.umd.js";

export const { HubConnectionBuilder, HttpTransportType, LogLevel } = globalThis.signalR;
