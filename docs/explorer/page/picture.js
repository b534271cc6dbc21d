// The lifecycle: the current state lit, and the way that led to it.

import { $ } from "./dom.js";

const narrow = window.matchMedia("(max-width: 720px)");
// Above it stands the picture's title, which the section's heading says already.
const TOP = 44;
let size;
let centre;

export function build() {
  size = $("picture").querySelector("svg").getAttribute("viewBox").split(" ").slice(2).map(Number);
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
  const [wide, high] = size;
  if (!narrow.matches || $("whole").getAttribute("aria-pressed") === "true") {
    svg.setAttribute("viewBox", `0 ${TOP} ${wide} ${high - TOP}`);
    return;
  }
  const [width, height] = [420, 400];
  const clamp = (value, least, most) => Math.max(least, Math.min(value, most));
  const left = clamp(centre[0] - width / 2, 0, wide - width);
  const top = clamp(centre[1] - height / 2, TOP, high - height);
  svg.setAttribute("viewBox", `${left} ${top} ${width} ${height}`);
}
