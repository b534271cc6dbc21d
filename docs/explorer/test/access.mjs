// Names, roles, contrast: axe over the page in several states, in both colour schemes.

import { readFileSync } from "node:fs";
import { check, equal } from "./check.mjs";
import { open, story, tool } from "./browser.mjs";

const axe = readFileSync(tool.resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function audit(tab, words, only = { type: "tag", values: TAGS }) {
  const { violations, passes } = await tab.evaluate(
    (runOnly) => window.axe.run(document, { runOnly, resultTypes: ["violations"] }),
    only,
  );
  const found = violations.map(
    ({ id, nodes }) =>
      `${id} (${nodes
        .slice(0, 3)
        .map(({ target }) => target.join(" "))
        .join("; ")})`,
  );
  equal(`axe, ${words}`, found.join("\n"), "");
  return passes.length;
}

const background = (tab) => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);

export async function access(browser) {
  let rules = 0;
  const colours = {};
  for (const scheme of ["light", "dark"]) {
    const tab = await open(browser, { scheme });
    colours[scheme] = await background(tab);
    await tab.evaluate(axe);
    if (scheme === "light") rules = await audit(tab, "light, at first");
    await story(tab, "the-timeout-at-3-am");
    for (let at = 0; at < 5; at += 1) await tab.click("#forward");
    await tab.focus("#do-void");
    await tab.keyboard.press("Shift+Tab");
    await tab.keyboard.press("Tab");
    check(`${scheme}: the reason is shown`, await tab.isVisible("#card-void"));
    rules = Math.max(rules, await audit(tab, `${scheme}, a reason shown`));
    await tab.click('[data-fact="pending"] .why');
    await tab.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
      document.getElementById("own-profile").hidden = false;
    });
    await tab.selectOption("#example", { index: 2 });
    rules = Math.max(rules, await audit(tab, `${scheme}, everything open`));
    await tab.selectOption("#theme", scheme === "light" ? "dark" : "light");
    await tab.evaluate(() => {
      document.getElementById("rules").open = false;
    });
    await audit(tab, `${scheme}, the other one chosen`, { type: "rule", values: ["color-contrast"] });
    colours[`${scheme} over`] = await background(tab);
    await tab.context().close();
  }
  check("dark is another page than light", colours.light !== colours.dark);
  check(
    "the choice prevails over the system",
    colours["light over"] === colours.dark && colours["dark over"] === colours.light,
    JSON.stringify(colours),
  );
  console.log(`${rules} rules of axe apply`);
}
