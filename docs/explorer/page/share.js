// What goes out and comes in: scenario lines, a link, the event log.

import { $, h, copy, download } from "./dom.js";
import { ask } from "./module.js";
import { lineOf, load, state, toFragment } from "./scenario.js";

let view;
let found = [];

export function build(changed, say) {
  for (const [id, name, field] of [
    ["line-out", () => `${state.scenario.name || "scenario"}.jsonl`, true],
    ["log-out", () => "events.json", true],
  ]) {
    $(`${id}-copy`).addEventListener("click", (event) => copy($(id).value, event.currentTarget, field && $(id)));
    $(`${id}-save`).addEventListener("click", () => download(name(), `${$(id).value}\n`));
  }
  for (const id of ["export", "log"]) $(id).addEventListener("toggle", () => render(view));
  $("with-expect").addEventListener("change", () => render(view));
  $("link-copy").addEventListener("click", async (event) => {
    const button = event.currentTarget;
    const fragment = await toFragment();
    history.replaceState(null, "", fragment);
    $("link-out").value = location.href;
    copy(location.href, button, $("link-out"));
  });
  $("import-do").addEventListener("click", () => take($("line-in").value, changed, say));
  $("file-in").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) take(await file.text(), changed, say);
  });
  $("found").addEventListener("change", () => pick(Number($("found").value), changed));
}

export function take(text, changed, say) {
  const all = ask({ ask: "read", text });
  const bad = all.filter(({ problem }) => problem);
  found = all.filter(({ problem }) => !problem);
  $("found").replaceChildren(
    ...found.map(({ name, line }, index) => h("option", { value: index }, line ? `${line}: ${name}` : name)),
  );
  $("found-row").hidden = found.length < 2;
  const problems = bad.map(({ line, problem }) => (line ? `Line ${line}: ${problem}` : problem));
  $("import-problem").textContent =
    all.length === 0
      ? "There is nothing to import."
      : problems.slice(0, 3).join(" · ") + (bad.length > 3 ? ` · and ${bad.length - 3} more` : "");
  if (found.length === 0) return say($("import-problem").textContent);
  say(`${found.length} scenarios read${bad.length ? `, ${bad.length} not` : ""}.`);
  pick(0, changed);
}

function pick(index, changed) {
  load(found[index], 0);
  changed();
}

export function render(next) {
  view = next;
  if (!view) return;
  if ($("export").open) {
    const line = lineOf(state.scenario);
    const wanted = $("with-expect").checked ? ask({ ask: "expect", line }) : { line };
    $("line-out").value = wanted.line ?? wanted.problem;
  }
  if ($("log").open) $("log-out").value = `[\n${view.events.map(({ stored }) => `  ${stored}`).join(",\n")}\n]`;
}
