// The steps: a list to walk through, and what the crate said of the last one.

import { $, h, badge, heading, ruleLink, worded } from "./dom.js";
import { short } from "./facts.js";

let walk;
let scrolling;
const LONG = 40;

export function build(goTo) {
  walk = goTo;
  const by = (id, to) =>
    $(id).addEventListener("click", () => goTo(to(Number($("steps").dataset.at), Number($("steps").dataset.of))));
  by("first", () => 0);
  by("back", (at) => at - 1);
  by("forward", (at) => at + 1);
  by("last", (_, of) => of);
  // One stop for Tab, arrows within.
  $("steps").addEventListener("keydown", (event) => {
    const [at, of] = [Number($("steps").dataset.at), Number($("steps").dataset.of)];
    const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: of }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    goTo(Math.max(0, Math.min(to, of)));
    current()?.focus();
  });
}

export const focusStep = () => current().focus();

const current = () => $("steps").querySelector("[aria-current]");

function summary({ action, fields }) {
  const known = JSON.parse(fields);
  const words =
    known && typeof known === "object" ? Object.entries(known).map(([name, value]) => word(name, value)) : [];
  return [NAMES[action] ?? action.replaceAll("_", " "), ...words.filter(Boolean)].join(" ");
}

// What happens in a step, where the format's own name is not a word for people.
const NAMES = {
  capture_outcome: "answer to the capture:",
  void_outcome: "answer to the void:",
  refund_outcome: "answer to the refund:",
  observe: "the provider says",
  provider_error: "the provider answers with an error:",
  report: "a person reports",
  expire: "the hold expires",
};

function word(name, value) {
  if (name === "body" || name === "text") return said(value);
  if (name === "final" || name === "fresh") return value === true ? `(${name})` : null;
  if (name === "idempotency_key") return `key ${value}`;
  if (name === "capture_before") return `before ${short(String(value))}`;
  if (name === "result") return value === "no_response" ? "timed out" : String(value);
  return typeof value === "object" ? JSON.stringify(value).slice(0, LONG) : String(value);
}

// A payload in a few words: whatever it calls its status, for finding it in a list.
function said(value) {
  const payload = value?.content?.order ?? value?.payload?.payment?.entity ?? value?.data?.object ?? value?.resource ?? value;
  const text = payload?.txn_detail?.status ?? payload?.status ?? payload?.error_message ?? JSON.stringify(value);
  const short = String(text);
  return short.length > LONG ? `${short.slice(0, LONG)}…` : short;
}

export function render(view, scenario, at) {
  const list = $("steps");
  const hadFocus = list.contains(document.activeElement);
  list.dataset.at = at;
  list.dataset.of = view.steps.length;
  list.replaceChildren(entry(null, 0, at, view), ...view.steps.map((step, index) => entry(step, index + 1, at, view)));
  const here = current();
  if (hadFocus) here.focus({ preventScroll: true });
  cancelAnimationFrame(scrolling);
  scrolling = requestAnimationFrame(() => {
    list.scrollTop = Math.max(0, here.offsetTop - list.clientHeight / 2);
  });
  $("scenario-title").textContent = heading(scenario.name);
  $("scenario-note").textContent = scenario.note ?? "";
  $("scenario-note").hidden = !scenario.note;
  $("place").textContent = `Step ${at} of ${view.steps.length}`;
  for (const [id, off] of [
    ["first", at === 0],
    ["back", at === 0],
    ["forward", at === view.steps.length],
    ["last", at === view.steps.length],
  ]) {
    $(id).setAttribute("aria-disabled", String(off));
  }
  last(view, at);
}

function entry(step, index, at, view) {
  const done = index > 0 ? view.done[index - 1] : undefined;
  const output = done && JSON.parse(done.line);
  const here = index === at;
  const several = view.steps.some(({ transaction }) => transaction !== "t1");
  const words =
    step === null ? "the beginning" : `${several ? `${step.transaction}: ` : ""}${summary(step)}`;
  return h(
    "li",
    {},
    h(
      "button.step",
      {
        type: "button",
        "aria-current": here ? "step" : null,
        tabindex: here ? 0 : -1,
        class: `step ${index <= at ? "done" : "ahead"}`,
        onclick: () => walk(index),
      },
      h("span.number", {}, String(index)),
      h("span.words", {}, words),
      step?.at ? h("span.at", {}, short(step.at)) : null,
      output ? badge(output.result, output.code) : null,
    ),
  );
}

// The answer to the last step: words, numbers, and what to do.
function last(view, at) {
  const done = view.done[at - 1];
  const step = view.steps[at - 1];
  const output = done && JSON.parse(done.line);
  $("line").textContent = done?.line ?? "";
  const parts = [];
  if (step?.note) parts.push(h("p.note", {}, step.note));
  if (done) {
    parts.push(
      h(
        "p.answer",
        {},
        badge(output.result, null),
        " ",
        output.code ? ruleLink(output.code) : null,
        done.words ? h("span", {}, ` ${done.words}`) : null,
      ),
    );
    if (output.provider_error) {
    parts.push(h("p.quiet", {}, `The provider itself would answer: ${worded(output.provider_error)}`));
    }
    parts.push(...done.differences.map((words) => h("p.differs", {}, `Not as expected: ${words}`)));
  } else {
    parts.push(
      h(
        "p.note",
        {},
        view.steps.length
          ? "Nothing has happened yet. Go forward, or choose what to do yourself."
          : "Nothing has happened yet. Authorize an amount, or choose a story.",
      ),
    );
  }
  $("last-answer").replaceChildren(...parts);
}

export function spoken(view, at) {
  const done = view.done[at - 1];
  const shown = view.transactions.find(({ name }) => name === view.looked_at);
  const amounts = `${shown.facts.state}, captured ${shown.facts.captured}, pending ${shown.facts.pending}, held ${shown.facts.held}`;
  if (!done) return `At the beginning of ${view.steps.length} steps. ${amounts}`;
  const { result, code } = JSON.parse(done.line);
  return `Step ${at} of ${view.steps.length}: ${summary(view.steps[at - 1])}: ${result}${code ? `, ${code}` : ""}. ${done.words ?? ""} ${amounts}`;
}
