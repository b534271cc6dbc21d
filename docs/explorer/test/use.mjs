// What people do with it: why, payloads, transactions, profiles, links, export and import, undo.

import { readFileSync } from "node:fs";
import { check, equal } from "./check.mjs";
import { open, root, story } from "./browser.mjs";
import { runLines } from "./native.mjs";

const fact = (tab, name) => tab.textContent(`#fact-${name}`);
const unfold = (tab) =>
  tab.evaluate(() => {
    for (const id of ["export", "log", "import"]) document.getElementById(id).open = true;
  });
const forward = async (tab, times) => {
  for (let at = 0; at < times; at += 1) await tab.click("#forward");
};

export async function use(browser) {
  const tab = await open(browser);
  await why(tab);
  await reasons(tab);
  await payloads(tab);
  await transactions(tab);
  await profiles(tab);
  await sharing(tab, browser);
  await tab.context().close();
}

async function why(tab) {
  await story(tab, "the-timeout-at-3-am");
  await forward(tab, 10);
  await tab.click('[data-fact="captured"] .why');
  const words = await tab.textContent("#why-list");
  check(
    "Why? names the event, the change and both times",
    ["captured-total-reported", "0.00 → 60.00", "seen 2026-01-02 03:20:00 UTC", "happened 2026-01-02 03:00:04 UTC"].every(
      (part) => words.includes(part),
    ),
    words,
  );
  equal("the event is marked in the list", await tab.$$eval("tr.cause", (rows) => rows.length), 1);
  await tab.click('[data-fact="pending"] .why');
  equal("Why? of what came and went names every event", await tab.$$eval("#why-list li", (items) => items.length), 2);
  await tab.click('[data-fact="order_charged"] .why');
  check("Why? of the order's axis", (await tab.textContent("#why-list")).includes("none → partial"));
  await tab.click("#why-list button");
  equal("an event leads to its step", await tab.textContent("#place"), "Step 9 of 10");
  await tab.click("#first");
  check("nothing changed it at the beginning", await tab.isVisible("#why-none"));
  await tab.click("#why-close");
  check("Why? can be closed", !(await tab.isVisible("#why")));
  equal(
    "the events carry two times",
    await (async () => {
      await tab.click("#last");
      return tab.textContent("#events tr:last-child .time:nth-child(4)");
    })(),
    "2026-01-02 03:00:04 UTC",
  );
}

async function reasons(tab) {
  await story(tab, "the-timeout-at-3-am");
  await forward(tab, 3);
  check("no reason is shown unasked", !(await tab.isVisible("#card-void")));
  await tab.hover("#do-void");
  const card = await tab.textContent("#card-void");
  check(
    "hovering says why: numbers, rule, next, source",
    ["60.00 INR pending", "only the same request may be repeated", "Poll the status", "Juspay, Capture API"].every(
      (words) => card.includes(words),
    ),
    card,
  );
  await tab.fill("#capture-amount", "175.00");
  await tab.hover("#do-capture");
  const both = await tab.textContent("#card-capture");
  check(
    "with every further rule that is broken",
    both.includes("give it one of its own") && both.includes("Also broken: outcome-unknown, exceeds-capturable"),
    both,
  );
  await tab.fill("#capture-amount", "");
  await tab.hover("#do-void");
  await tab.click("#card-void .rule-link");
  await tab.waitForSelector("#rule-outcome-unknown", { state: "visible" });
  const outside = await tab.getAttribute("#rule-outcome-unknown a", "href");
  equal("the entry leads to the rule book's file", outside, "../../docs/rules.md#outcome-unknown");
  const headings = new Set(
    readFileSync(`${root}docs/rules.md`, "utf8")
      .match(/^### .*$/gm)
      .map((line) => line.slice(4)),
  );
  const codes = await tab.$$eval("article", (entries) => entries.map((entry) => entry.id.slice(5)));
  equal("every entry has its heading there", codes.filter((code) => !headings.has(code)).join(), "");
  check("every code has an entry", codes.length > 45, String(codes.length));
  await tab.hover("#do-void");
  await tab.click("#card-void .anyway");
  equal("a refused step can be recorded", await tab.textContent("#place"), "Step 4 of 4");
  check(
    "and changes nothing",
    (await tab.textContent("#last-answer")).includes("outcome-unknown") && (await fact(tab, "pending")) === "60.00",
  );
  equal("the focus is back on the control", await tab.evaluate(() => document.activeElement.id), "do-void");
  await tab.click("#undo");
  equal("undo brings back the steps that were ahead", await tab.textContent("#place"), "Step 3 of 10");
}

async function payloads(tab) {
  await story(tab, "full-capture");
  await forward(tab, 2);
  await tab.fill(
    "#payload",
    '{"order_id":"o-1",\n "status":"CHARGED", "amount": 100.00,\n "captured_amount": 100.0, "note": "a  \\"b\\" c"}',
  );
  const seen = await tab.textContent("#seen");
  check(
    "a payload is read",
    ["CHARGED", "charged", "100.00 INR"].every((words) => seen.includes(words)),
    seen,
  );
  const verdict = await tab.textContent("#verdict");
  check(
    "and judged before it is recorded",
    verdict.includes("applied") && verdict.includes("the provider says: 100.00 INR captured in all"),
    verdict,
  );
  equal("nothing has happened yet", await fact(tab, "state"), "capturing");
  await tab.click("#do-observe");
  equal("now it has", await fact(tab, "state"), "charged");
  await unfold(tab);
  const line = await tab.inputValue("#line-out");
  check(
    "the payload's own text is kept, on one line",
    line.includes(
      '{"order_id":"o-1","status":"CHARGED","amount":100.00,"captured_amount":100.0,"note":"a  \\"b\\" c"}',
    ),
    line,
  );
  await tab.fill("#payload", "<html>Bad gateway</html>");
  check("what is no JSON is said to be none", (await tab.textContent("#verdict")).includes("not-json"));
  equal("and is not legal", await tab.getAttribute("#do-observe", "aria-disabled"), "true");
  await tab.fill("#payload", '{"order_id":"o-1","status":"SURPRISE","amount":1}');
  check("an unknown word is a conflict", (await tab.textContent("#verdict")).includes("unknown-status"));
  await story(tab, "full-capture");
  await forward(tab, 2);
  await tab.selectOption("#example", { label: "error 400: a bad request" });
  await tab.click("#do-provider_error");
  equal("an error answers the request", await fact(tab, "state"), "authorized");
  equal("and what was pending is free", await fact(tab, "held"), "100.00");
  await tab.fill("#payload", "");
}

async function transactions(tab) {
  await tab.click("#fresh");
  await tab.click("#do-authorize");
  await tab.click("#another");
  equal("another transaction is looked at", await tab.textContent("#money-title"), "The money of t2");
  await tab.click("#do-authorize");
  equal(
    "both are there",
    await tab.$$eval("#transactions button", (tabs) => tabs.map((one) => one.textContent).join()),
    "t1authorized,t2authorized",
  );
  equal("the order is authorized over", await fact(tab, "order_authorized"), "over");
  await tab.click("#do-capture");
  await tab.click('#transactions [data-name="t1"]');
  equal("the first one is where it was", await fact(tab, "state"), "authorized");
  await tab.fill("#order-amount", "abc");
  await tab.press("#order-amount", "Tab");
  check(
    "an amount that cannot be read is refused in words",
    (await tab.textContent("#setup-problem")).includes("is not an amount; write digits"),
  );
  equal("and nothing is lost", await tab.textContent("#place"), "Step 3 of 3");
  await tab.fill("#order-amount", "200.00");
  await tab.press("#order-amount", "Tab");
  equal("another order amount, the same steps", await fact(tab, "order_authorized"), "full");
  equal("the problem is gone", await tab.textContent("#setup-problem"), "");
  await tab.fill("#order-currency", "jpy");
  await tab.press("#order-currency", "Tab");
  check(
    "a currency that the amount does not fit is refused, with the digits",
    (await tab.textContent("#setup-problem")).includes("digits"),
    await tab.textContent("#setup-problem"),
  );
  await tab.click("#undo");
  await tab.selectOption("#provider", { label: "razorpay: one capture, of exactly what is authorized" });
  equal("other rules, the same steps", await fact(tab, "transaction"), "authorized");
  await tab.fill("#now", "2026-03-01T12:00:00Z");
  await tab.click("#do-expire");
  equal("a step at a time of its own", await tab.textContent("#events tr:last-child .time"), "2026-03-01 12:00:00 UTC");
}

async function profiles(tab) {
  await tab.click("#fresh");
  await tab.selectOption("#provider", { label: "A profile of your own…" });
  await tab.fill("#profile", "{");
  await tab.click("#profile-use");
  check(
    "a profile that is no JSON is refused in words",
    (await tab.textContent("#setup-problem")).includes("not JSON"),
  );
  await tab.fill("#profile", '{"v":1,"name":"mine"}');
  await tab.click("#profile-use");
  check(
    "a profile that lacks something is refused with what it lacks",
    (await tab.textContent("#setup-problem")).includes("missing field"),
  );
  const own = JSON.parse(readFileSync(`${root}profiles/checkout.json`, "utf8"));
  await tab.fill("#profile", JSON.stringify({ ...own, name: "mine" }, null, 1));
  await tab.click("#profile-use");
  equal("a profile of one's own", await tab.textContent("#setup-problem"), "");
  await tab.click("#do-authorize");
  equal("speaks its own words", await fact(tab, "transaction"), "Authorized");
  await unfold(tab);
  await tab.check("#with-expect");
  const ran = runLines([await tab.inputValue("#line-out")]);
  equal("the native runner reads the profile in the line", `${ran.passed}, ${ran.failed}`, "1, 0");
  await tab.uncheck("#with-expect");
}

async function sharing(tab, browser) {
  await unfold(tab);
  await tab.check("#with-expect");
  const lines = [];
  for (const name of await tab.$$eval("#stories button", (buttons) => buttons.map((button) => button.dataset.name))) {
    await story(tab, name);
    await tab.click("#last");
    lines.push(await tab.inputValue("#line-out"));
  }
  const ran = runLines(lines);
  equal(
    "what was exported with expectations passes in the native runner",
    `${ran.passed}, ${ran.failed}`,
    `${lines.length}, 0`,
  );
  const bent = runLines(lines.map((line) => line.replace('"result":"applied"', '"result":"stale"')));
  equal("and fails where an expectation is bent", `${bent.passed}, ${bent.failed}`, `0, ${lines.length}`);
  await tab.uncheck("#with-expect");

  await story(tab, "the-timeout-at-3-am");
  await forward(tab, 9);
  const log = JSON.parse(await tab.inputValue("#log-out"));
  equal(
    "the event log is what is stored",
    log
      .map(({ v, sequence, event }) => `${v}:${sequence}:${event.type}`)
      .slice(0, 2)
      .join(),
    "2:1:authorized,2:2:requested",
  );
  equal("all of it", log.length, await tab.$$eval("#events tr", (rows) => rows.length));

  await tab.click("#link-copy");
  await tab.waitForFunction(() => document.getElementById("link-out").value !== "");
  const link = await tab.inputValue("#link-out");
  const exported = await tab.inputValue("#line-out");
  const other = await open(browser, { fragment: new URL(link).hash });
  await unfold(other);
  equal("a link carries the scenario", await other.inputValue("#line-out"), exported);
  equal("and the place in it", await other.textContent("#place"), "Step 9 of 10");
  await other.context().close();
  const broken = await open(browser, { fragment: "#s=nonsense" });
  check("a broken link is said to be one", (await broken.textContent("#notice")).includes("The link cannot be read"));
  equal("and the page works", await broken.textContent("#fact-state"), "capture-unknown");
  await broken.context().close();

  await tab.fill("#line-in", `${lines[0]}\n{"name":"bad"}\n${lines[1]}`);
  await tab.click("#import-do");
  check(
    "a line that is no scenario is named",
    (await tab.textContent("#import-problem")).startsWith('Line 2: no "provider"'),
  );
  equal(
    "the others can be chosen",
    await tab.$$eval("#found option", (options) => options.map((option) => option.textContent).join()),
    "1: the-timeout-at-3-am,3: full-capture",
  );
  await tab.selectOption("#found", "1");
  await tab.click("#last");
  equal("and run", await fact(tab, "order"), "CHARGED");
  await tab.fill("#line-in", "nothing of the kind");
  await tab.click("#import-do");
  equal("what cannot be read changes nothing", await fact(tab, "order"), "CHARGED");
}
