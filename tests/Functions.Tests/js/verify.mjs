// Verifies webhooks with a library that was not written here. One JSON array of { secret, headers, body, now } on standard input, one of
// texts on standard output: "verified", or why not. The time is the sender's, which need not be the real one.
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

const verdicts = JSON.parse(await text(process.stdin)).map(({ secret, headers, body, now }) => {
  Date.now = () => now;
  try {
    new Webhook(secret).verify(body, headers);
    return 'verified';
  } catch (failed) {
    return failed.message;
  }
});
console.log(JSON.stringify(verdicts));
