// The rule book, from the crate itself: one entry per code.

import { $, h } from "./dom.js";

export function build(entries) {
  const book = document.querySelector('meta[name="rule-book"]').content;
  $("rule-count").textContent = `${entries.length} codes`;
  let drawn = false;
  const draw = () => {
    if (drawn) return;
    drawn = true;
    $("rule-list").append(
      ...entries.map((rule) =>
        h(
          "article",
          { id: `rule-${rule.code}`, tabindex: "-1" },
          h("h3", {}, rule.code, h("span.quiet", {}, ` ${rule.kinds.join(", ")}`)),
          h("p.rule", {}, rule.sentence),
          h(
            "dl",
            {},
            ...pair("Why", rule.why),
            ...pair("Reports", rule.numbers),
            ...pair("Next", rule.next),
            ...(rule.retry ? pair("Retry", rule.retry) : []),
            ...pair("Source", rule.source),
          ),
          book
            ? h(
                "p",
                {},
                h(
                  "a",
                  { href: `${book}#${rule.code}` },
                  `${rule.code} in the rule book, with the code and the tests that enforce it`,
                ),
              )
            : null,
        ),
      ),
    );
  };
  const open = () => {
    const entry = location.hash.startsWith("#rule-");
    if (!entry) return;
    draw();
    $("rules").open = true;
    const target = document.getElementById(location.hash.slice(1));
    target?.scrollIntoView({ block: "center" });
    target?.focus({ preventScroll: true });
  };
  $("rules").addEventListener("toggle", draw);
  window.addEventListener("hashchange", open);
  // The same entry twice does not change the fragment, but must be shown all the same.
  document.addEventListener("click", (event) => {
    if (event.target.closest?.('a[href^="#rule-"]')) setTimeout(open);
  });
  open();
}

const pair = (name, words) => [h("dt", {}, name), h("dd", {}, words)];
