// node app.mjs API PACKAGE KEY SECRET: an app server of the JavaScript SDK; prints where it takes webhooks.
import { createServer } from "node:http";
import { AppServer } from "../../../../sdk/javascript/build/src/index.js";
import { webhooks } from "../../../../sdk/javascript/build/src/node.js";

const [lifecycleUrl, packageName, apiKey, secret] = process.argv.slice(2);
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const server = new AppServer({ lifecycleUrl, packageName, apiKey, logger: quiet });
const handler = webhooks(server, { secrets: [secret] });
const http = createServer((request, response) => void handler(request, response));
http.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${http.address().port}/lifecycle`));
