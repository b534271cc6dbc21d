// The way out of doubt: a request whose outcome is unknown, sent again exactly as it was.

import { $, h } from "./dom.js";
import { register } from "./controls.js";

const SAID = {
  capture: "The money may have been taken or not. Only this same capture may be sent again, and it reserves nothing more.",
  void: "The hold may have been released or not. Only this same void may be sent again.",
  refund: "The money may have been returned or not. This same refund may be sent again, and it reserves nothing more.",
};

let again = null;
const boxes = new Map();

export function build() {
  for (const operation of Object.keys(SAID)) {
    const write = () => (again?.operation === operation ? again.step : null);
    // The button goes away once it was used, so the focus moves on to what can be done next.
    const after = () => $("controls-title").focus({ preventScroll: true });
    const box = register(`again-${operation}`, `Repeat this ${operation}`, write, { strong: true, action: operation, after });
    boxes.set(operation, box);
    $("repeat-button").append(box);
  }
}

// Shows the latest request of unknown outcome; whether that is another one than before.
export function render(view) {
  const before = again?.step;
  again = view.again.at(-1) ?? null;
  $("repeat").hidden = again === null;
  for (const [operation, box] of boxes) box.hidden = again?.operation !== operation;
  if (again) {
    const { operation, amount, key } = again;
    $("repeat-words").replaceChildren(
      h("strong", {}, `The outcome of this ${operation} is unknown: ${amount}, ${key ? `key ${key}` : "without a key"}. `),
      SAID[operation],
    );
  }
  return before !== again?.step;
}
