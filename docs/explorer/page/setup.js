// Whose rules, which order, which transaction: what is chosen before anything happens.

import { $, h } from "./dom.js";
import { ask } from "./module.js";
import { change, lineOf, state } from "./scenario.js";
import { fill } from "./controls.js";

const OWN = "own";
let providers;
let changed;

export function build(about, onChange) {
  ({ providers } = about);
  changed = onChange;
  $("provider").addEventListener("change", () => {
    const chosen = $("provider").value;
    $("own-profile").hidden = chosen !== OWN;
    if (chosen === OWN) {
      if ($("profile").value === "") $("profile").value = about.sample_profile;
      $("profile").focus();
    } else if (chosen !== "given") attempt({ head: providers[Number(chosen)].head }, "provider");
  });
  $("profile-use").addEventListener("click", () => {
    try {
      attempt({ head: `"profile":${JSON.stringify(JSON.parse($("profile").value))}` }, "profile");
    } catch (problem) {
      complain("profile", `not JSON: ${problem.message}`);
    }
  });
  for (const name of ["amount", "currency", "name"]) {
    const id = name === "name" ? "scenario-name" : `order-${name}`;
    $(id).addEventListener("change", () =>
      attempt({ [name]: name === "currency" ? $(id).value.trim().toUpperCase() : $(id).value.trim() }, id),
    );
  }
  $("order-parts").addEventListener("change", () => attempt({ parts: $("order-parts").checked }, "order-parts"));
  $("another").addEventListener("click", () => {
    const known = new Set([...$("transactions").querySelectorAll("[data-name]")].map((tab) => tab.dataset.name));
    let number = 1;
    while (known.has(`t${number}`)) number += 1;
    look(`t${number}`);
    $("transactions").querySelector('[aria-checked="true"]').focus();
  });
  $("transactions").addEventListener("keydown", (event) => {
    const tabs = [...$("transactions").querySelectorAll("[data-name]")];
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || tabs.length < 2) return;
    event.preventDefault();
    const at = tabs.findIndex((tab) => tab.getAttribute("aria-checked") === "true");
    look(tabs[(at + step + tabs.length) % tabs.length].dataset.name);
  });
}

// The crate says whether it can be; if not, everything stays as it was.
function attempt(fields, id) {
  const { problem } = ask({ ask: "view", line: lineOf({ ...state.scenario, ...fields }), at: 0 });
  complain(id, problem ?? "");
  if (problem) return;
  change(fields);
  changed();
}

function complain(id, words) {
  $("setup-problem").textContent = words;
  for (const name of ["provider", "profile", "order-amount", "order-currency", "order-parts", "scenario-name"])
    $(name).removeAttribute("aria-invalid");
  if (words) $(id).setAttribute("aria-invalid", "true");
}

function look(name) {
  const focused = $("transactions").contains(document.activeElement);
  state.transaction = name;
  changed();
  if (focused) $("transactions").querySelector('[aria-checked="true"]').focus();
}

let prefilled;

export function render(view) {
  const { scenario } = state;
  const at = providers.findIndex(({ head }) => head === scenario.head);
  const choices = providers.map(({ label }, index) => h("option", { value: index }, label));
  if (at < 0) choices.push(h("option", { value: "given" }, `${view.profile}, as given`));
  $("provider").replaceChildren(...choices, h("option", { value: OWN }, "A profile of your own…"));
  $("provider").value = at < 0 ? "given" : String(at);
  for (const [id, value] of [
    ["order-amount", scenario.amount],
    ["order-currency", scenario.currency],
    ["scenario-name", scenario.name],
  ]) {
    if ($(id) !== document.activeElement || $(id).value === "") $(id).value = value;
  }
  $("order-parts").checked = scenario.parts;
  $("setup-words").textContent =
    `${view.profile}, ${view.amount} ${view.currency}${scenario.parts ? ", in several payments" : ""}`;
  $("capabilities").replaceChildren(
    ...view.can.flatMap(({ question, short, words }) => [
      h("dt", {}, question),
      h("dd", {}, h("strong", {}, short), words ? ` ${words}` : ""),
    ]),
  );
  $("transactions").replaceChildren(
    ...view.transactions.map(({ name, facts }) =>
      h(
        "button.tab",
        {
          type: "button",
          role: "radio",
          "data-name": name,
          "aria-checked": String(name === view.looked_at),
          tabindex: name === view.looked_at ? 0 : -1,
          onclick: () => look(name),
        },
        h("strong", {}, name),
        h("span", {}, facts.state),
      ),
    ),
  );
  return prefill(view);
}

// What the provider wants stated in every capture is filled in, once for each provider and order; whether it was.
function prefill({ profile, amount, currency, capabilities }) {
  const key = [profile, amount, currency].join(" ");
  if (prefilled === key) return false;
  prefilled = key;
  fill("authorization-amount", amount);
  fill("capture-amount", capabilities.capture.amount === "always" ? amount : "");
  fill("capture-currency", capabilities.capture.currency_required ? currency : "");
  return true;
}
