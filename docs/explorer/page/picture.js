// The lifecycle: the current state lit, and the way that led to it.

import { $ } from "./dom.js";

const narrow = window.matchMedia("(max-width: 720px)");
let centre = [640, 420];

export function build() {
  $("whole").addEventListener("click", () => {
    const whole = $("whole").getAttribute("aria-pressed") !== "true";
    $("whole").setAttribute("aria-pressed", String(whole));
    crop();
  });
  narrow.addEventListener("change", crop);
}

export function render(view) {
  const svg = $("picture").querySelector("svg");
  const shown = view.transactions.find(({ name }) => name === view.looked_at);
  const { state, transaction } = shown.facts;
  const moves = view.events.filter((event) => event.transaction === view.looked_at && event.changes.state);
  const last = moves.at(-1);
  const way = last && last.step === view.done.length - 1 ? last.changes.state.join(" → ") : null;
  for (const element of svg.querySelectorAll("[data-name]")) {
    element.classList.toggle("lit", element.dataset.name === state);
    element.classList.toggle("way", element.dataset.name === way);
  }
  const lit = svg.querySelector("rect.lit");
  const number = (name) => Number(lit.getAttribute(name));
  centre = [number("x") + number("width") / 2, number("y") + number("height") / 2];
  svg.setAttribute("aria-label", `The lifecycle of a transaction. ${view.looked_at} is ${state}.`);
  $("picture-words").replaceChildren(
    `${view.looked_at} is `,
    strong(state),
    ". The provider says ",
    strong(transaction),
    ".",
  );
  crop();
}

function strong(text) {
  const element = document.createElement("strong");
  element.textContent = text;
  return element;
}

// On a phone the picture shows the surroundings of the current state, large enough to read.
function crop() {
  const svg = $("picture").querySelector("svg");
  if (!narrow.matches || $("whole").getAttribute("aria-pressed") === "true") {
    svg.setAttribute("viewBox", "0 12 1280 814");
    return;
  }
  const [width, height] = [460, 400];
  const clamp = (value, most) => Math.max(0, Math.min(value, most));
  svg.setAttribute(
    "viewBox",
    `${clamp(centre[0] - width / 2, 1280 - width)} ${clamp(centre[1] - height / 2, 826 - height)} ${width} ${height}`,
  );
}
