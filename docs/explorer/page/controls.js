// The controls: a button for every command and outcome. What the crate would answer decides how each looks; one that is not
// legal says why on hover and focus, and can be recorded all the same, since a refusal is a scenario's step too.

import { $, h, ruleLink, set, worded } from "./dom.js";
import { GROUPS } from "./actions.js";
import { stepText } from "./scenario.js";

// Every control: its button, its explanation, and how its step is written.
const all = [];
const inputs = new Map();
let rules;
let perform;
let changed;

export function build(entries, act, onChange) {
  rules = new Map(entries.map((rule) => [rule.code, rule]));
  perform = act;
  changed = onChange;
  $("controls").replaceChildren(...GROUPS.map(group));
  document.addEventListener("keydown", (event) => {
    hop(event);
    if (event.key === "Escape") for (const { box } of all) box.classList.add("closed");
  });
}

// From button to button with the arrows, past what Tab would lead through.
function hop(event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const at = all.findIndex(({ button }) => button === event.target);
  if (!step || at < 0) return;
  event.preventDefault();
  all[(at + step + all.length) % all.length].button.focus();
}

function group({ id, title, fields, controls, answer }) {
  const inside = [
    fields.length
      ? h(
          "div.fields",
          {},
          fields.map((field) => input(id, field)),
        )
      : null,
    h(
      "div.buttons",
      {},
      controls.map((entry) => control(id, entry, fields)),
    ),
    answer
      ? h(
          "div.answer-group",
          { role: "group", "aria-label": `${title}: ${answer.title}` },
          h("p.caption", {}, answer.title),
          answer.fields.length
            ? h(
                "div.fields",
                {},
                answer.fields.map((field) => input(id, field)),
              )
            : null,
          h(
            "div.buttons",
            {},
            answer.controls.map((entry) => control(id, entry, answer.fields)),
          ),
        )
      : null,
  ];
  return h(
    "details.group.fold",
    { id: `group-${id}`, open: true },
    h("summary", {}, h("h3", {}, title), h("span.quiet", { id: `count-${id}` })),
    h("div.inside-group", { role: "group", "aria-label": title }, inside),
  );
}

function input(groupId, { name, title, hint, kind, mode }) {
  const id = `${groupId}-${name}`;
  const element = h("input", {
    id,
    type: kind === "check" ? "checkbox" : "text",
    placeholder: hint ?? null,
    inputmode: mode ?? null,
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => changed(),
  });
  inputs.set(id, element);
  const label = h("label", { for: id }, title);
  return kind === "check" ? h("div.field.check", {}, element, label) : h("div.field", {}, label, element);
}

function control(groupId, { id, title, action, fixed = {}, fields, strong }, known) {
  const write = () => {
    const values = { ...fixed };
    for (const name of fields) {
      const field = known.find((entry) => entry.name === name);
      const element = inputs.get(`${groupId}-${name}`);
      if (field.kind === "check" && element.checked) values[name] = true;
      else if (field.kind !== "check" && element.value.trim() !== "") values[field.as ?? name] = element.value.trim();
    }
    return `"${action}":${JSON.stringify(values)}`;
  };
  return register(id, title, write, { strong, action });
}

// A button with its explanation behind it, so that Tab leads from the one into the other.
export function register(id, title, write, { strong = false, action, after = null }) {
  const why = h("div.card", { id: `card-${id}` });
  const button = h(
    `button${strong ? ".strong" : ""}`,
    { type: "button", id: `do-${id}`, "data-action": action, "aria-describedby": `said-${id}` },
    title,
  );
  const box = h("div.control", {}, button, why);
  const entry = { id, title, write, button, why, box, after, tried: null, text: "" };
  button.addEventListener("click", () => (legal(entry.tried) ? run(entry) : pin(entry)));
  const reveal = () => {
    box.classList.remove("closed");
    fillIn(entry);
    place(box, why);
  };
  box.addEventListener("pointerenter", reveal);
  box.addEventListener("pointerleave", () => box.classList.remove("pinned"));
  // A class and not a selector: between two elements nothing has the focus, and a card that is gone cannot take it.
  box.addEventListener("focusin", ({ target }) => {
    if (target.matches(":focus-visible")) box.classList.add("shown");
    reveal();
  });
  box.addEventListener("focusout", ({ relatedTarget }) => {
    if (!box.contains(relatedTarget)) box.classList.remove("pinned", "shown");
  });
  all.push(entry);
  return box;
}

// Refused, in conflict or unreadable: nothing would change. The other results are not refusals.
const legal = (tried) => tried && !["refused", "conflict", "malformed"].includes(tried.result);

function run(entry) {
  perform(entry.text);
  entry.after?.();
}

function pin(entry) {
  entry.box.classList.remove("closed");
  entry.box.classList.add("pinned");
  fillIn(entry);
  place(entry.box, entry.why);
}

// The card stays inside the window.
function place(box, card) {
  card.style.setProperty("--shift", "0px");
  const { left, right } = card.getBoundingClientRect();
  if (right === left) return requestAnimationFrame(() => card.offsetWidth && place(box, card));
  const over = Math.max(0, right + 12 - document.documentElement.clientWidth);
  card.style.setProperty("--shift", `${-Math.min(over, Math.max(0, left - 12))}px`);
}

export function tries(beside) {
  for (const entry of all) {
    const action = entry.write();
    entry.text = action === null ? null : stepText(action, beside);
  }
  return all.filter(({ text }) => text !== null).map(({ text }) => text);
}

export function render(view) {
  const answers = [...view.tries];
  for (const entry of all) {
    entry.tried = entry.text === null ? null : answers.shift();
    show(entry);
  }
  for (const { id } of GROUPS) {
    const within = all.filter(({ box }) => box.closest(`#group-${id}`));
    const allowed = within.filter(({ tried }) => legal(tried)).length;
    $(`count-${id}`).textContent = `${allowed} of ${within.length} allowed now`;
  }
}

function show(entry) {
  const { id, button, why, box, tried } = entry;
  const may = legal(tried);
  set(button, "aria-disabled", may ? null : "true");
  box.dataset.result = tried?.result ?? "none";
  box.dataset.step = entry.text ?? "";
  box.classList.toggle("idle", may && tried.result !== "applied");
  if (may) box.classList.remove("pinned");
  entry.whole = false;
  why.replaceChildren(h("p.said", { id: `said-${id}` }, ...said(tried)));
  if (box.matches(":hover, :focus-within")) fillIn(entry);
}

// What is read out with the button: what would happen, or the numbers and the rule that speak against it.
function said(tried) {
  if (!tried) return ["Paste a payload first."];
  const { result, code, words } = tried;
  if (result === "stale") return ["Stale: this is older than what is known. Nothing would change."];
  if (result === "already-applied") return ["Already applied: this is known. Nothing would change, and nothing would be sent."];
  if (result === "applied") return [would(tried)];
  const kind = { refused: "Refused: ", conflict: "Conflict: ", malformed: "Malformed: " }[result];
  return [
    h("strong", {}, kind),
    words ?? code,
    rules.has(code) ? h("span.rule", {}, ` ${rules.get(code).sentence}`) : "",
  ];
}

// The rest of a card, once somebody looks at it.
function fillIn(entry) {
  const { tried, why, box, button, text } = entry;
  if (!tried || legal(tried) || entry.whole) return;
  entry.whole = true;
  why.append(
    ...advice(tried),
    h(
      "button.anyway",
      {
        type: "button",
        onclick: () => {
          perform(text);
          button.focus();
        },
      },
      "Add it as a step anyway; it changes nothing",
    ),
    h(
      "button.anyway.shut",
      {
        type: "button",
        onclick: () => {
          box.classList.add("closed");
          button.blur();
        },
      },
      "Close",
    ),
  );
}

function would({ state, events }) {
  const names = events.map((words) => words.split(":")[0]).join(", ");
  return names ? `This records ${names}. The state is then ${state}.` : `This records nothing. The state stays ${state}.`;
}

// What to do, who says so, and where to read on.
function advice({ code, also, provider_error: error }) {
  const rule = rules.get(code);
  if (!rule) return [];
  return [
    h(
      "dl",
      {},
      h("dt", {}, "Next"),
      h("dd", {}, rule.next),
      rule.retry ? [h("dt", {}, "Retry"), h("dd", {}, rule.retry)] : null,
      h("dt", {}, "Source"),
      h("dd", {}, rule.source),
      error
        ? [h("dt", {}, "Provider"), h("dd", {}, worded(error))]
        : null,
    ),
    h("p.link", {}, "Rule book: ", ruleLink(code)),
    also.length ? h("p", {}, "Also broken: ", ...listed(also)) : "",
  ];
}

const listed = (codes) => codes.flatMap((code, index) => [index ? ", " : "", ruleLink(code)]);

// Why not, in full.
export const reasons = (tried) => [h("p.said", {}, ...said(tried)), ...advice(tried)];

export const triedOf = (id) => all.find((entry) => entry.id === id).tried;

export function value(id) {
  return inputs.get(id)?.value ?? "";
}

export function fill(id, text) {
  const element = inputs.get(id);
  if (element) element.value = text;
}
