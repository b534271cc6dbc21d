// What holds now: the amounts as a bar and in figures, the statuses, the order; and why, by the events that made it so.

import { $, h } from "./dom.js";

const PARTS = ["captured", "pending", "held", "released"];
const AMOUNTS = [
  ["authorized", "authorized", "what the payer's bank holds or held"],
  ["captured", "captured", "taken from the hold"],
  ["pending", "pending", "reserved for captures that are sent or accepted, or whose outcome is unknown"],
  ["held", "held", "held, and no capture has reserved it"],
  ["released", "released", "voided, expired or otherwise released"],
  ["capturable", "capturable", "the most that a capture sent now could take"],
  ["refunded", "refunded", "returned after it was captured"],
  ["refund_pending", "refund pending", "reserved for refunds that are sent or accepted, or whose outcome is unknown", "in pending refunds"],
  ["refundable", "refundable", "the most that a refund sent now could return"],
];
const WORDS = [
  ["state", "state", null, "the state"],
  ["transaction", "the provider's word", null, "the provider's word for the transaction"],
];
const ORDER = [
  ["order", "the provider's word", null, "the provider's word for the order"],
  ["order_authorized", "authorized", "captured, pending or held, against the order", "the order's authorized part"],
  ["order_charged", "charged", "captured, against the order", "the order's charged part"],
  ["order_refunded", "refunded", "refunded, against what is captured", "the order's refunded part"],
  ["discrepancy", "discrepancy", null, "the discrepancy"],
];

let view;
let asked = null;

export function build(goTo) {
  const row = ([name, label, title, long = label]) =>
    h(
      "div.fact",
      { "data-fact": name },
      h("dt", { title: title ?? null }, h(`span.swatch.${name}`, { "aria-hidden": "true" }), label),
      h("dd", { id: `fact-${name}` }, "…"),
      h(
        "dd.ask",
        {},
        h(
          "button.why",
          { type: "button", onclick: (event) => why(name, long, event.currentTarget, goTo) },
          "Why?",
          h("span.unseen", { id: `why-${name}` }),
        ),
      ),
    );
  $("amounts").replaceChildren(...AMOUNTS.map(row));
  $("words").replaceChildren(...WORDS.map(row));
  $("order-facts").replaceChildren(...ORDER.map(row));
  $("why-close").addEventListener("click", () => close(true));
  $("why").addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(true);
  });
}

export function render(next, goTo) {
  view = next;
  const shown = view.transactions.find(({ name }) => name === view.looked_at);
  const all = { ...shown.facts, ...view.order };
  for (const [name, label, , long = label] of [...AMOUNTS, ...WORDS, ...ORDER]) {
    const value = all[name];
    const place = $(`fact-${name}`);
    const words = (name === "discrepancy" && all.discrepancy_words) || value;
    if (place.textContent !== words) place.textContent = words;
    place.dataset.value = value;
    place.closest(".fact").classList.toggle("zero", /^[0.]+$/.test(value) || value === "none");
    $(`why-${name}`).textContent = ` ${question(name, long, value)}`;
  }
  $("money-title").textContent = `The money of ${view.looked_at}`;
  bar(shown, view.currency);
  if (asked) explain(goTo);
}

function bar({ facts, minor }, currency) {
  const part = (name) =>
    h(
      `div.part.${name}`,
      { style: `flex-grow:${minor[name]}` },
      name === "captured" ? inside(minor) : null,
      h("span", {}, h("i", {}, `${name} `), facts[name]),
    );
  const present = PARTS.filter((name) => minor[name] !== "0");
  $("bar").replaceChildren(
    ...(present.length ? present.map(part) : [h("div.part.nothing", {}, h("span", {}, "nothing held yet"))]),
  );
  const said = present.map((name) => `${name} ${facts[name]}`);
  const refunds = [
    ["refunded", "of that refunded"],
    ["refund_pending", "of that in pending refunds"],
  ];
  said.push(...refunds.filter(([name]) => minor[name] !== "0").map(([name, label]) => `${label} ${facts[name]}`));
  $("bar").setAttribute(
    "aria-label",
    present.length ? `Of ${facts.authorized} ${currency} authorized: ${said.join(", ")}` : "Nothing is held yet",
  );
}

// Refunds, inside what was captured.
function inside(minor) {
  if (minor.refunded === "0" && minor.refund_pending === "0") return null;
  return h(
    "div.inside",
    {},
    ["refunded", "refund_pending", "refundable"].map((name) => h(`div.${name}`, { style: `flex-grow:${minor[name]}` })),
  );
}

function why(name, label, button, goTo) {
  asked = { name, label, button };
  explain(goTo);
  $("why").hidden = false;
  $("why-title").focus();
}

function close(back) {
  $("why").hidden = true;
  mark(new Set());
  if (back) asked?.button.focus();
  asked = null;
}

// "Why is 60.00 pending?", "Why is the state charged?"
const question = (name, long, value) =>
  AMOUNTS.some(([amount]) => amount === name) ? `Why is ${value} ${long}?` : `Why is ${long} ${value}?`;

function explain(goTo) {
  const { name, label } = asked;
  const ofOrder = ORDER.some(([fact]) => fact === name);
  const events = view.events.filter(
    (event) => event.changes[name] && (ofOrder || event.transaction === view.looked_at),
  );
  $("why-title").textContent = question(name, label, $(`fact-${name}`).textContent);
  $("why-list").replaceChildren(
    ...events.map((event) =>
      h(
        "li",
        {},
        h("button.link", { type: "button", onclick: () => goTo(event.step + 1) }, `Step ${event.step + 1}`),
        ofOrder ? ` ${event.transaction}: ` : " ",
        h("strong", {}, event.name),
        `, ${event.words}: `,
        h("span.change", {}, event.changes[name][0], " → ", event.changes[name][1]),
        h("span.times", {}, times(event)),
      ),
    ),
  );
  $("why-none").hidden = events.length > 0;
  mark(new Set(events));
}

function mark(events) {
  view.events.forEach((event, index) => $(`event-${index}`)?.classList.toggle("cause", events.has(event)));
}

function times({ observed_at: seen, occurred_at: happened }) {
  return `seen ${short(seen)}, happened ${happened ? short(happened) : "not said"}`;
}

export const short = (time) => time.replace("T", " ").replace("Z", " UTC");

export function events(goTo) {
  $("events-none").hidden = view.events.length > 0;
  $("events").replaceChildren(
    ...view.events.map((event, index) =>
      h(
        "tr",
        { id: `event-${index}` },
        h("td", { "data-label": "Log" }, `${event.transaction} ${event.sequence}`),
        h("td", { "data-label": "Event" }, h("strong", {}, event.name), h("span.detail", {}, event.words)),
        h("td.time", { "data-label": "Seen" }, short(event.observed_at)),
        h("td.time", { "data-label": "Happened" }, event.occurred_at ? short(event.occurred_at) : "not said"),
        h(
          "td",
          { "data-label": "Step" },
          h(
            "button.link",
            { type: "button", "aria-label": `Go to step ${event.step + 1}`, onclick: () => goTo(event.step + 1) },
            `${event.step + 1}`,
          ),
        ),
      ),
    ),
  );
}
