// A provider's payload or error: pasted, read, judged, and only then recorded.

import { $, h, badge } from "./dom.js";
import { ask } from "./module.js";
import { reasons, register, triedOf } from "./controls.js";

let examples;

export function build(given, changed) {
  examples = given;
  const text = () => $("payload").value;
  const pack = (http_status) =>
    text().trim() === ""
      ? null
      : ask({ ask: "pack", text: text(), ...(http_status ? { http_status } : { fresh: $("fresh-poll").checked }) }).step;
  const status = () => Number.parseInt($("http-status").value, 10) || 0;
  $("payload-buttons").append(
    register("observe", "Observe", () => pack(null), { strong: true, action: "observe" }),
    register(
      "provider_error",
      "Answer the request with this error",
      () => (status() > 0 && status() < 1000 ? pack(status()) : null),
      { action: "provider_error" },
    ),
  );
  $("payload").addEventListener("input", changed);
  $("http-status").addEventListener("input", changed);
  $("fresh-poll").addEventListener("change", changed);
  $("example").addEventListener("change", () => {
    const example = examples[Number($("example").value)];
    if (!example) return;
    $("payload").value = filled(example);
    $("http-status").value = example.http_status ?? "400";
    $("example").value = "";
    changed();
  });
}

let shown = { amount: "100.00", minor: "10000", currency: "INR" };

// An example in the order's own figures.
function filled({ text }) {
  const body = JSON.stringify(text, null, 2);
  return body
    .replaceAll('"{amount}"', shown.amount)
    .replaceAll('"{minor}"', shown.minor)
    .replaceAll("{decimal}", shown.amount)
    .replaceAll("{currency}", shown.currency);
}

export function render(view) {
  shown = view;
  const fits = (example) => view.profile.startsWith(example.provider);
  const key = `${view.profile} ${view.amount} ${view.currency}`;
  if ($("example").dataset.key !== key) {
    $("example").dataset.key = key;
    $("example").replaceChildren(
      h("option", { value: "" }, "Fill in an example…"),
      ...examples
        .map((example, index) => (fits(example) ? h("option", { value: index }, example.title) : null))
        .filter(Boolean),
    );
  }
  const empty = $("payload").value.trim() === "";
  $("reading").hidden = empty;
  if (empty) return;
  $("seen").replaceChildren(...view.payload.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
  const tried = triedOf("observe");
  $("verdict").replaceChildren(
    h("p.answer", {}, "Verdict: ", badge(tried.result, tried.code)),
    ...(tried.code ? reasons(tried) : []),
    tried.events.length
      ? h(
          "ul",
          {},
          tried.events.map((words) => h("li", {}, words)),
        )
      : h("p.quiet", {}, "This records nothing."),
  );
}
