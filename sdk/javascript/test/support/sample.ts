import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A sample of the repository in a process of its own, that says where it listens. */
export class Sample {
  readonly lines: string[] = [];
  readonly exited: Promise<number | null>;

  private constructor(readonly process: ChildProcess) {
    this.exited = new Promise((resolve) => process.on("exit", resolve));
    for (const stream of [process.stdout!, process.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => this.lines.push(...text.split("\n").filter((line) => line !== "")));
    }
  }

  /** `script`: under samples/. */
  static start(script: string, args: readonly string[]): Sample {
    const path = fileURLToPath(new URL(`../../../../../samples/${script}`, import.meta.url));
    return new Sample(spawn(process.execPath, [path, ...args], { stdio: ["ignore", "pipe", "pipe"] }));
  }

  /** The address that it says it listens on. */
  get url(): string | undefined {
    return this.lines.map((line) => /listening on (\S+)/.exec(line)?.[1]).find((address) => address !== undefined);
  }

  stop(): void {
    this.process.kill("SIGKILL");
  }
}
