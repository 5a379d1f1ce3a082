import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Ports that browsers and fetch refuse (https://fetch.spec.whatwg.org/#port-blocking) and a system may give to whoever asks for any. */
export const blocked: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/** Of a Chromium: that it opens them all the same. */
export const allowed = `--explicitly-allowed-ports=${[...blocked].join()}`;

/** Whether fetch opens an address. */
export const isOpen = (url: string): boolean => !blocked.has(Number(new URL(url).port));

/** Listens on a free port of this machine that fetch opens. */
export async function listen(http: Server): Promise<number> {
  for (;;) {
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const { port } = http.address() as AddressInfo;
    if (!blocked.has(port)) return port;
    await new Promise((resolve) => http.close(resolve));
  }
}
