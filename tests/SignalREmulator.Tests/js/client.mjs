// A real JavaScript client under remote control: commands come as JSON lines on standard input, events leave as JSON lines
// on standard output. Arguments: url, access token, transport (WebSockets, ServerSentEvents, LongPolling), protocol.
import { createInterface } from "node:readline";
import { HttpTransportType, HubConnectionBuilder, JsonHubProtocol, LogLevel } from "@microsoft/signalr";
import { MessagePackHubProtocol } from "@microsoft/signalr-protocol-msgpack";

const [url, token, transport, protocol] = process.argv.slice(2);
const say = (event, data = {}) => process.stdout.write(`${JSON.stringify({ event, ...data })}\n`);

const connection = new HubConnectionBuilder()
  .withUrl(url, { accessTokenFactory: () => token, transport: HttpTransportType[transport] })
  .withHubProtocol(protocol === "messagepack" ? new MessagePackHubProtocol() : new JsonHubProtocol())
  .withAutomaticReconnect(Array(200).fill(20))
  .configureLogging(LogLevel.None)
  .build();

connection.on("ack", (ack) => say("ack", { value: ack }));
connection.onreconnecting(() => say("reconnecting"));
connection.onreconnected((id) => say("reconnected", { value: id }));
connection.onclose((error) => say("closed", { value: error?.message ?? null }));

try {
  await connection.start();
  say("started", { value: connection.connectionId });
} catch (error) {
  say("failed", { value: error.message });
  process.exit(1);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { command, method, args } = JSON.parse(line);
  if (command === "stop") {
    await connection.stop();
    process.exit(0);
  }
  try {
    const value = command === "invoke" ? await connection.invoke(method, ...args) : await connection.send(method, ...args);
    say("result", { value: value ?? null });
  } catch (error) {
    say("error", { value: error.message });
  }
}
