// The native scenario runner: what the page must agree with.

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { root } from "./browser.mjs";

const runner = `${root}target/release/examples/scenario`;
const folder = `${root}target/explorer/lines`;

// Runs files; the lines it prints, and how many scenarios came out as expected.
export function runFiles(files) {
  let text;
  try {
    text = execFileSync(runner, ["--json", ...files], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    text = error.stdout ?? "";
    if (error.status !== 1) throw new Error(`the native runner stops: ${error.stderr}`, { cause: error });
  }
  const lines = text.trimEnd().split("\n");
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(lines.pop());
  return { lines, passed: Number(passed), failed: Number(failed) };
}

// Runs scenario lines, from the folder of the tests so that a profile's path leads where it leads there.
export function runLines(lines) {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/lines.jsonl`;
  writeFileSync(file, `${lines.join("\n").replaceAll('"../../profiles/', `"${root}profiles/`)}\n`);
  return runFiles([file]);
}
