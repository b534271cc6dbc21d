// Without a mouse: Tab, Enter, arrows, Escape. A whole capture; a refusal read; the steps walked.

import { check, equal } from "./check.mjs";
import { open } from "./browser.mjs";

// Where the focus is, whether it can be seen, and where in the page that is.
const focus = (tab) =>
  tab.evaluate(() => {
    const element = document.activeElement;
    const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const covered = document.elementFromPoint(left + Math.min(width / 2, 40), top + height / 2);
    window.stops ??= [];
    const follows =
      window.stops.length === 0 ||
      Boolean(window.stops.at(-1).compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
    window.stops.push(element);
    return {
      id: element.id,
      tag: element.tagName,
      text: element.textContent.slice(0, 40),
      section:
        element.closest("main > details, section, header")?.querySelector("h1, h2")?.id ??
        element.closest("details#rules")?.id ??
        "",
      outlined: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2,
      inside: top >= -1 && bottom <= innerHeight + 1 && left >= -1 && right <= innerWidth + 1 && width > 0,
      uncovered: element === covered || element.contains(covered) || covered?.contains(element) === true,
      follows,
    };
  });

async function tabTo(tab, id, key = "Tab", most = 120) {
  const stops = [];
  for (let count = 0; count < most; count += 1) {
    await tab.keyboard.press(key);
    stops.push(await focus(tab));
    if (stops.at(-1).id === id) return stops;
  }
  throw new Error(`${key} does not come to ${id}: ${stops.map((stop) => stop.id || stop.text).join(", ")}`);
}

const wrong = (stops, name) =>
  stops
    .filter((stop) => !stop[name])
    .map((stop) => stop.id || stop.text)
    .join(", ");

export async function keyboard(browser) {
  const tab = await open(browser);
  await tab.keyboard.press("Tab");
  equal("the first stop skips to the controls", await tab.evaluate(() => document.activeElement.className), "skip");
  check("the skip link can be seen", (await focus(tab)).inside);

  const stops = await tabTo(tab, "fresh");
  await tab.keyboard.press("Enter");
  equal("Enter starts over", await tab.textContent("#fact-state"), "created");
  stops.push(...(await tabTo(tab, "do-authorize")));
  await tab.keyboard.press("Enter");
  equal("Enter authorizes", await tab.textContent("#fact-state"), "authorized");
  stops.push(...(await tabTo(tab, "do-capture")));
  await tab.keyboard.press("Enter");
  equal("Enter captures", await tab.textContent("#fact-state"), "capturing");
  const live = await tab.textContent("#live");
  check(
    "what happened is read out",
    live.includes("Step 2 of 2: capture: applied.") && live.includes("pending 100.00"),
    live,
  );
  stops.push(...(await tabTo(tab, "do-capture_outcome-success")));
  await tab.keyboard.press("Space");
  equal("Space answers", await tab.textContent("#fact-state"), "charged");
  equal("the focus stays where it was", (await focus(tab)).id, "do-capture_outcome-success");
  equal("100 are captured", await tab.textContent("#fact-captured"), "100.00");

  equal("the focus is outlined at every stop", wrong(stops, "outlined"), "");
  equal("every stop is inside the window", wrong(stops, "inside"), "");
  equal("no stop is covered by something", wrong(stops, "uncovered"), "");
  equal("Tab follows the order of the page", wrong(stops, "follows"), "");
  const sections = stops
    .map(({ section }) => section)
    .filter((section, index, all) => section && section !== all[index - 1]);
  equal(
    "from section to section",
    sections.join(),
    "stories-title,setup-title,scenario-title,money-title,controls-title",
  );
  check("not a stop too many before the first control", stops.findIndex(({ id }) => id === "do-authorize") < 55);

  // A capture that is not legal any more: the reason is there, read out with the button, and Tab leads into it.
  await tabTo(tab, "do-capture", "Shift+Tab");
  equal(
    "a control that is not legal stays reachable, and says so",
    await tab.getAttribute("#do-capture", "aria-disabled"),
    "true",
  );
  check("its reason is shown", await tab.isVisible("#card-capture"));
  const described = await tab.evaluate(
    () => document.getElementById(document.activeElement.getAttribute("aria-describedby")).textContent,
  );
  check(
    "its reason is its description",
    described.includes("100.00 INR is captured (authorized: 100.00 INR)") &&
      described.includes("A charged transaction is not captured again."),
    described,
  );
  const card = await tab.textContent("#card-capture");
  check(
    "with the next step, the source and the provider's words",
    [
      "Treat the money as taken",
      "Juspay, Capture API, 400",
      "HTTP 400 Invalid: Cannot capture charged transaction",
    ].every((words) => card.includes(words)),
    card,
  );
  await tab.keyboard.press("Tab");
  equal(
    "Tab leads to the rule's entry",
    await tab.evaluate(() => document.activeElement.getAttribute("href")),
    "#rule-already-captured",
  );
  check("the card stays while the focus is in it", await tab.isVisible("#card-capture"));
  await tab.keyboard.press("Escape");
  check("Escape closes it", !(await tab.isVisible("#card-capture")));
  await tab.keyboard.press("Shift+Tab");
  await tab.keyboard.press("Tab");
  await tab.keyboard.press("Enter");
  await tab.waitForFunction(() => document.activeElement.id === "rule-already-captured");
  check("Enter opens the entry in the rule book", await tab.isVisible("#rule-already-captured"));

  // Arrows go from control to control, past the links of the reasons.
  await tab.focus("#do-capture");
  await tab.keyboard.press("ArrowRight");
  equal("an arrow goes to the next control", (await focus(tab)).id, "do-capture_outcome-success");
  await tab.keyboard.press("ArrowLeft");
  await tab.keyboard.press("ArrowLeft");
  equal("and back over the group's edge", (await focus(tab)).id, "do-expire");
  check("where the reason is shown too", await tab.isVisible("#card-expire"));

  // The steps are one stop; arrows walk through them.
  await tab.focus("#forward");
  await tabTo(tab, "", "Tab", 4).catch(() => {});
  await tab.focus("#last");
  await tab.keyboard.press("Tab");
  equal(
    "after the buttons come the steps",
    await tab.evaluate(() => document.activeElement.closest("ol")?.id),
    "steps",
  );
  await tab.keyboard.press("ArrowUp");
  await tab.keyboard.press("ArrowUp");
  equal("arrows walk back", await tab.textContent("#place"), "Step 1 of 3");
  equal("and what holds is what held then", await tab.textContent("#fact-state"), "authorized");
  equal(
    "the focus is on that step",
    await tab.evaluate(() => document.activeElement.getAttribute("aria-current")),
    "step",
  );
  await tab.keyboard.press("End");
  equal("End goes to the end", await tab.textContent("#fact-state"), "charged");
  await tab.keyboard.press("Tab");
  check("and Tab leaves them", await tab.evaluate(() => document.activeElement.closest("ol") === null));

  // Why?
  await tab.focus('[data-fact="captured"] .why');
  await tab.keyboard.press("Enter");
  equal(
    "Why? takes the focus to the answer",
    await tab.evaluate(() => document.activeElement.textContent),
    "Why is 100.00 captured?",
  );
  await tab.keyboard.press("Escape");
  equal(
    "Escape takes it back",
    await tab.evaluate(() => document.activeElement.closest(".fact")?.dataset.fact),
    "captured",
  );
  console.log(`${stops.length} stops of the keyboard looked at`);
  await tab.context().close();
}
