// Puts the page together: asks the crate once for everything that is shown, and shows it.

import { $, announce, h, heading } from "./dom.js";
import { ask, start, unpacked } from "./module.js";
import { FRESH, act, fromFragment, go, lineOf, load, state, undo } from "./scenario.js";
import * as facts from "./facts.js";
import * as picture from "./picture.js";
import * as steps from "./steps.js";
import * as controls from "./controls.js";
import * as repeat from "./repeat.js";
import * as payload from "./payload.js";
import * as setup from "./setup.js";
import * as share from "./share.js";
import * as rules from "./rules.js";

// The time and the transaction that the next step would be about.
let known = { now: "", transaction: "t1" };

function beside() {
  const stated = $("now").value.trim();
  return { transaction: known.transaction, at: stated === known.now || stated === "" ? null : stated };
}

function render(speak = true) {
  const line = lineOf(state.scenario);
  const at = state.at;
  const transaction = state.transaction;
  // What the controls would do depends on what holds: asked once with what held before, and again where that was wrong.
  const look = () =>
    ask({ ask: "view", line, at, transaction, tries: controls.tries(beside()), payload: $("payload").value });
  let view = look();
  if (view.problem) return announce(view.problem);
  const filled = setup.render(view);
  const other = repeat.render(view);
  if (known.now !== view.now) $("now").value = view.now;
  if (filled || other || known.now !== view.now || known.transaction !== view.looked_at) {
    known = { now: view.now, transaction: view.looked_at };
    view = look();
  }
  facts.render(view, visit);
  facts.events(visit);
  picture.render(view);
  steps.render(view, state.scenario, at);
  controls.render(view);
  payload.render(view);
  share.render(view);
  const ahead = view.steps.length - at;
  $("ahead").hidden = ahead === 0;
  $("ahead").textContent =
    `What you do here replaces the ${ahead === 1 ? "step" : `${ahead} steps`} ahead. Undo brings ${ahead === 1 ? "it" : "them"} back.`;
  $("undo").setAttribute("aria-disabled", String(state.past.length === 0));
  for (const chip of $("stories").children)
    chip.setAttribute("aria-pressed", String(chip.dataset.name === state.scenario.name));
  if (speak) announce(steps.spoken(view, at));
}

const quietly = () => render(false);

function walk(at) {
  go(at);
  render();
}

// From elsewhere on the page: the focus goes along.
function visit(at) {
  walk(at);
  steps.focusStep();
}

function perform(text) {
  act(text);
  render();
}

// The page opens at the moment of doubt: a capture was sent, its answer timed out, and nobody knows what became of it.
const OPENS = { story: "the-timeout-at-3-am", at: 3 };

async function stories() {
  const told = ask({ ask: "read", text: new TextDecoder().decode(await unpacked($("data-stories").textContent)) });
  load(
    told.find(({ name }) => name === OPENS.story),
    OPENS.at,
  );
  $("stories").replaceChildren(
    ...told.map((story) =>
      h(
        "button.chip",
        {
          type: "button",
          "data-name": story.name,
          "aria-pressed": "false",
          onclick: () => {
            load(story, 0);
            render();
          },
        },
        heading(story.name),
      ),
    ),
  );
}

// On a phone everything but the story, its money and the ways to go on is folded at first.
function folds() {
  const narrow = window.matchMedia("(max-width: 720px)");
  const fold = () => {
    for (const details of document.querySelectorAll("details.fold")) details.open = !narrow.matches;
  };
  fold();
  narrow.addEventListener("change", fold);
}

function theme() {
  const apply = (value) => {
    if (value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = value;
  };
  $("theme").addEventListener("change", () => {
    apply($("theme").value);
    try {
      localStorage.setItem("theme", $("theme").value);
    } catch {
      /* A page from disk may have no storage. */
    }
  });
  try {
    $("theme").value = localStorage.getItem("theme") ?? "system";
    apply($("theme").value);
  } catch {
    /* As above. */
  }
}

async function linked() {
  if (!location.hash.startsWith("#s=")) return false;
  try {
    await fromFragment(location.hash);
    return true;
  } catch (problem) {
    notice(`The link cannot be read: ${problem.message}`);
    return false;
  }
}

function notice(words) {
  $("notice").textContent = words;
  $("notice").hidden = false;
}

async function begin() {
  theme();
  await start($("data-module").textContent);
  const about = ask({ ask: "about" });
  facts.build(visit);
  picture.build();
  steps.build(walk);
  controls.build(about.rules, perform, quietly);
  repeat.build();
  payload.build(JSON.parse($("data-payloads").textContent), quietly);
  setup.build(about, () => render());
  share.build(() => render(), announce);
  await stories();
  folds();
  rules.build(about.rules);
  $("now").addEventListener("input", quietly);
  $("undo").addEventListener("click", () => {
    if (undo()) render();
  });
  $("fresh").addEventListener("click", () => {
    load({ ...FRESH, head: state.scenario.head, amount: state.scenario.amount, currency: state.scenario.currency }, 0);
    render();
  });
  window.addEventListener("hashchange", async () => {
    if (await linked()) render();
  });
  await linked();
  state.past = [];
  render(false);
  document.documentElement.dataset.ready = "yes";
  performance.mark("ready");
}

window.addEventListener("error", ({ message }) =>
  notice(`The page has an error, and what it shows may be wrong. Load it again. The error: ${message}`),
);
begin().catch((problem) =>
  notice(
    `The page cannot run here: ${problem.message}. It needs a browser with WebAssembly and DecompressionStream, from 2023 or later.`,
  ),
);
