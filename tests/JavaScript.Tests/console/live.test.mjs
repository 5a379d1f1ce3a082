// The stream's client alone: what it says on the wire, when it says that the stream is interrupted, and how it comes back.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Live } from "../../../src/Functions/Console/Page/lib/live.js";

const end = "\u001e";
const invitation = { url: "http://service/client/?hub=console", accessToken: "a token", renewWithinMs: 60_000 };
let sockets;
let negotiations;

class Socket {
  sent = [];
  constructor(url) { this.url = url; sockets.push(this); }
  send(text) { this.sent.push(text); }
  close() { this.closed = true; }
  say(...messages) { this.onmessage({ data: messages.map((one) => JSON.stringify(one) + end).join("") }); }
}

const settle = async () => { for (let n = 0; n < 5; n++) await Promise.resolve(); };

async function stream(negotiate = async () => invitation) {
  const live = new Live(async () => { negotiations++; return negotiate(); }, { socket: (url) => new Socket(url), random: () => 1, now: () => 0 });
  live.start();
  await settle();
  return live;
}

async function open(live, socket = sockets.at(-1)) {
  socket.onopen();
  socket.say({});
  assert.equal(live.status.state, "live");
  return socket;
}

beforeEach(() => { [sockets, negotiations] = [[], 0]; mock.timers.enable({ apis: ["setTimeout", "setInterval"] }); });
afterEach(() => mock.timers.reset());

test("A stream shows its token, shakes hands and hears transitions", async () => {
  const live = await stream();
  const heard = [];
  live.subscribe((notes) => heard.push(...notes));
  assert.equal(sockets[0].url, "ws://service/client/?hub=console&access_token=a+token");
  assert.equal(live.status.state, "connecting");
  const socket = await open(live);
  assert.deepEqual(socket.sent, [`{"protocol":"json","version":1}${end}`]);
  socket.say({ type: 6 }, { type: 1, target: "transitions", arguments: [[{ to: "RUNNING" }, { dropped: 3 }]] }, { type: 1, target: "another", arguments: [1] });
  assert.deepEqual(heard, [{ to: "RUNNING" }, { dropped: 3 }]);
});

test("A record that comes in parts is heard once it is whole", async () => {
  const live = await stream();
  const heard = [];
  live.subscribe((notes) => heard.push(...notes));
  const socket = await open(live);
  const text = JSON.stringify({ type: 1, target: "transitions", arguments: [[{ to: "EVICTED" }]] }) + end;
  socket.onmessage({ data: text.slice(0, 30) });
  assert.deepEqual(heard, []);
  socket.onmessage({ data: text.slice(30) });
  assert.deepEqual(heard, [{ to: "EVICTED" }]);
});

test("A stream pings and is renewed while it lasts, and nothing of it goes on when it is stopped", async () => {
  const live = await stream();
  const socket = await open(live);
  for (let n = 0; n < 4; n++) { mock.timers.tick(15_000); socket.say({ type: 6 }); }
  assert.equal(socket.sent.filter((text) => text === `{"type":6}${end}`).length, 4);
  assert.equal(negotiations, 2);
  live.stop();
  assert.equal(socket.closed, true);
  mock.timers.tick(600_000);
  assert.deepEqual([socket.sent.length, negotiations, sockets.length, live.status.state], [5, 2, 1, "off"]);
});

for (const [what, fail] of [
  ["a socket that closes", (socket) => socket.onclose()],
  ["a close message", (socket) => socket.say({ type: 7, error: "The service is shutting down." })],
  ["silence of half a minute", () => mock.timers.tick(30_000)],
]) {
  test(`${what} is told, and the stream comes back by itself`, async () => {
    const live = await stream();
    fail(await open(live));
    assert.equal(live.status.state, "interrupted");
    mock.timers.tick(500);
    await settle();
    assert.equal(live.status.state, "interrupted", "it is not told that all is well before it is");
    assert.equal(sockets.length, 2);
    await open(live);
  });
}

test("Tries are spaced more and more, up to half a minute, and begin anew after a stream that held", async () => {
  let fails = true;
  const live = await stream(async () => { if (fails) throw new Error("The host does not answer."); return invitation; });
  for (const wait of [500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 30_000]) {
    assert.equal(live.status.retryAt, wait);
    mock.timers.tick(wait);
    await settle();
  }
  fails = false;
  live.hurry();
  await settle();
  const socket = await open(live);
  mock.timers.tick(10_000);
  socket.onclose();
  assert.equal(live.status.retryAt, 500);
});

// A service that took each socket, told what happened and dropped it was connected to twice a second, with a negotiation and a reading each time.
test("Tries are spaced more and more while streams open and do not hold", async () => {
  const live = await stream();
  for (const wait of [500, 1_000, 2_000, 5_000, 10_000]) {
    const socket = await open(live);
    socket.say({ type: 1, target: "transitions", arguments: [[{ to: "RUNNING" }]] });
    mock.timers.tick(9_900);
    socket.onclose();
    assert.equal(live.status.retryAt, wait);
    mock.timers.tick(wait);
    await settle();
  }
});

test("A stream hears who waits for a state when it comes into it and when it leaves it", async () => {
  const live = await stream();
  let turns = 0;
  const end = live.turns("interrupted", () => { turns++; });
  const socket = await open(live);
  assert.equal(turns, 0);
  socket.onclose();
  mock.timers.tick(500);
  await settle();
  sockets.at(-1).onclose();
  assert.equal(turns, 1, "it is still interrupted");
  mock.timers.tick(1_000);
  await settle();
  await open(live);
  assert.equal(turns, 2);
  end();
});

test("A service that takes the socket and says nothing is given up after ten seconds", async () => {
  const live = await stream();
  sockets[0].onopen();
  mock.timers.tick(10_000);
  assert.equal(live.status.state, "interrupted");
  assert.equal(sockets[0].closed, true);
});

test("What an earlier socket says after it was given up is not heard", async () => {
  const live = await stream();
  const heard = [];
  live.subscribe((notes) => heard.push(...notes));
  const old = await open(live);
  old.onclose();
  mock.timers.tick(500);
  await settle();
  await open(live);
  old.say({ type: 1, target: "transitions", arguments: [[{ to: "RUNNING" }]] });
  old.onclose();
  assert.deepEqual([heard, live.status.state, sockets.length], [[], "live", 2]);
});

test("A refused handshake is told in the service's words", async () => {
  const live = await stream();
  sockets[0].onopen();
  sockets[0].say({ error: "The protocol is not supported." });
  assert.deepEqual([live.status.state, live.status.why], ["interrupted", "The protocol is not supported."]);
});

test("A renewal that fails ends nothing", async () => {
  let fails = false;
  const live = await stream(async () => { if (fails) throw new Error("not now"); return invitation; });
  const socket = await open(live);
  fails = true;
  for (let n = 0; n < 4; n++) { mock.timers.tick(15_000); socket.say({ type: 6 }); }
  await settle();
  assert.equal(live.status.state, "live");
});
