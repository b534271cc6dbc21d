// Breaks copies of the built page on purpose and makes sure that the test of what was broken notices.
// What is broken, the test, words of the check that must fail, and the change: text, text instead.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { page, root } from "./browser.mjs";

const only = process.argv.slice(2);
const BROKEN = [
  ["a page that opens a step too early", "doubt", "at the moment of doubt", "at: 3 };", "at: 2 };"],
  [
    "a repeat under another key",
    "doubt",
    "the repeat is allowed",
    "again.step : null",
    'again.step.replace("k1", "k2") : null',
  ],
  [
    "a focus that is lost",
    "doubt",
    "the focus goes on",
    '$("controls-title").focus({ preventScroll: true })',
    "undefined",
  ],
  [
    "a phone on which nothing is folded",
    "phone",
    "under 3,000 px",
    "details.open = !narrow.matches",
    "details.open = true",
  ],
  [
    "one digit of one answer",
    "scenarios",
    "every step's output",
    '$("line").textContent = done?.line ?? "";',
    '$("line").textContent = (done?.line ?? "").replace(\'"captured":"60.00"\', \'"captured":"60.01"\');',
  ],
  [
    "an amount shown in the place of another",
    "scenarios",
    "what the page shows",
    "const value = all[name];",
    'const value = all[name === "held" ? "capturable" : name];',
  ],
  [
    "a state that is not lit",
    "scenarios",
    "what the page shows",
    "element.dataset.name === state)",
    'element.dataset.name === state && state !== "void-failed")',
  ],
  [
    "a step that is passed over",
    "scenarios",
    "as many steps",
    "(at) => at + 1);",
    "(at) => at + (at === 20 ? 2 : 1));",
  ],
  [
    "a conflict that counts as legal",
    "stories",
    "every control says",
    '!["refused", "conflict", "malformed"].includes(tried.result)',
    '!["refused", "malformed"].includes(tried.result)',
  ],
  [
    "a control that writes another step",
    "stories",
    "every action of the scenario format",
    '{ id: "expire", title: "The hold expires", action: "expire", fields: [] },',
    "",
  ],
  ["back that goes nowhere", "stories", "back at", 'by("back", (at) => at - 1);', 'by("back", (at) => at);'],
  ["Why? that names every event", "use", "the event is marked", "event.changes[name] && (ofOrder", "(ofOrder"],
  ["a reason without its source", "use", "hovering says why", 'h("dd", {}, rule.source),', ""],
  [
    "a payload that is written anew",
    "use",
    "the payload's own text",
    'ask({ ask: "pack", text: text(),',
    'ask({ ask: "pack", text: text().startsWith("{") && text().endsWith("}") ? (() => { try { return JSON.stringify(JSON.parse(text())); } catch { return text(); } })() : text(),',
  ],
  ["a link without its place", "use", "and the place in it", "&at=${state.at}", "&at=0"],
  [
    "focus that cannot be seen",
    "keyboard",
    "the focus is outlined",
    ":focus-visible { outline: 3px solid var(--focus);",
    ":focus-visible { outline: 0 solid var(--focus);",
  ],
  [
    "a reason for the mouse alone",
    "keyboard",
    "its reason is shown",
    ".control.shown > .card, .control.pinned > .card",
    ".control.pinned > .card",
  ],
  ["steps without arrows", "keyboard", "arrows walk back", "if (to === undefined) return;", "return;"],
  ["nothing read out", "keyboard", "what happened is read out", '$("live").textContent = words;', ""],
  [
    "a table too wide for a phone",
    "phone",
    "nothing to scroll sideways",
    ".events thead { display: none; }",
    ".events thead { display: none; } #steps { min-width: 420px; }",
  ],
  [
    "buttons too small for a finger",
    "phone",
    "every target is 44 px",
    "button, input, select { min-height: 44px; }",
    "",
  ],
  ["a tap that shows nothing", "phone", "runs to its end", 'entry.box.classList.add("pinned");', ""],
  [
    "a field without a name",
    "access",
    "axe, light, at first",
    '<label for="order-amount">order amount</label>',
    "<span>order amount</span>",
  ],
  ["pale letters", "access", "axe, light, at first", "--quiet: #586070;", "--quiet: #a8b0c0;"],
  [
    "dark that is light",
    "access",
    "dark is another page",
    "@media (prefers-color-scheme: dark) { :root:not",
    "@media (prefers-color-scheme: none) { :root:not",
  ],
  [
    "a page that fetches",
    "paint quiet",
    "no request left the page",
    "async function begin() {",
    'async function begin() { fetch("http://127.0.0.1:9/").catch(() => {});',
  ],
  [
    "a page without its policy",
    "quiet",
    "its policy blocks",
    '<meta http-equiv="Content-Security-Policy"',
    '<meta name="policy"',
  ],
  [
    "a slow page",
    "paint",
    "the first paint is under a second",
    "<header>",
    "<script>{ const end = performance.now() + 1500; while (performance.now() < end); }</script><header>",
  ],
].filter(([name]) => only.length === 0 || only.includes(name));

const source = readFileSync(page, "utf8");
const copy = `${root}target/explorer/broken.html`;
const runner = fileURLToPath(new URL("run.mjs", import.meta.url));
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const script = (text) => /<script type="module">(.*)<\/script>\n<\/body>/s.exec(text)[1];

let missed = 0;
for (const [name, parts, words, from, to] of BROKEN) {
  const count = source.split(from).length - 1;
  let broken = source.replace(from, () => to);
  // The broken script is the one that the policy allows, and so are inline scripts before it.
  const inline = [...broken.matchAll(/<script>(.*?)<\/script>/gs)].map((found) => hash(found[1]));
  broken = broken.replace(hash(script(source)), [hash(script(broken)), ...inline].join(" "));
  if (name === "a page that fetches")
    broken = broken.replace("default-src 'none';", "default-src 'none'; connect-src *;");
  writeFileSync(copy, broken);
  const { status, stdout, stderr } = spawnSync("node", [runner, ...parts.split(" ")], {
    encoding: "utf8",
    env: { ...process.env, EXPLORER_PAGE: copy },
  });
  const noticed =
    count === 1 &&
    status === 1 &&
    /\d+ passed, [1-9]\d* failed\n$/.test(stdout) &&
    stderr.split("\n").some((line) => line.startsWith("FAILED") && line.includes(words));
  if (!noticed) missed += 1;
  console.log(
    `${noticed ? "noticed" : "MISSED "}  ${parts}: ${name}${count === 1 ? "" : ` (the text is there ${count} times)`}${noticed ? "" : `\n${stderr.slice(0, 600)}`}`,
  );
}
console.log(`${BROKEN.length - missed} noticed, ${missed} missed`);
process.exitCode = missed === 0 ? 0 : 1;
