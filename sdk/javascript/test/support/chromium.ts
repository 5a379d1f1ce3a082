import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where Chromium is. Where it is not it is installed, which takes a Debian and root. */
export function chromium(): string {
  const found = (): string | undefined => places.find((place) => existsSync(place));
  if (!found()) {
    try {
      const quiet = { stdio: "pipe", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } } as const;
      execFileSync("apt-get", ["update", "-qq"], quiet);
      execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], quiet);
    } catch (error) {
      throw new Error(`The test of the web page needs Chromium. Install it (Debian: apt-get install chromium): ${String(error)}`);
    }
  }
  const place = found();
  if (!place) throw new Error(`Chromium is in none of ${places.join(", ")}`);
  return place;
}
