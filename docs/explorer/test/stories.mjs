// Every story, clicked through forward and back; and at each step every control against the native runner.

import { readFileSync } from "node:fs";
import { check, equal } from "./check.mjs";
import { open, root, story } from "./browser.mjs";
import { runLines } from "./native.mjs";

const TOLD = [
  "the-timeout-at-3-am",
  "full-capture",
  "partial-capture",
  "several-captures",
  "fresh-poll",
  "the-double-webhook",
  "the-void-that-raced",
  "the-amount-that-does-not-match",
  "split-order",
  "paid-order",
  "late-authorization",
  "refunds",
  "two-refunds-and-one-total",
  "a-third-provider",
  "more-than-was-authorized",
];

const line = (tab) => tab.textContent("#line");
const place = (tab) => tab.textContent("#place");

// Each control's step as it would be written now, and what the page says it would result in.
const controls = (tab) =>
  tab.$$eval(".control", (boxes) =>
    boxes.map(({ dataset, firstElementChild }) => ({
      step: dataset.step,
      result: dataset.result,
      off: firstElementChild.getAttribute("aria-disabled") === "true",
    })),
  );

export async function stories(browser) {
  const tab = await open(browser);
  const file = `${root}docs/explorer/page/stories.jsonl`;
  const native = runLines(readFileSync(file, "utf8").trim().split("\n"));
  equal("the native runner passes every story", `${native.passed}, ${native.failed}`, `${TOLD.length}, 0`);
  const shown = await tab.$$eval("#stories button", (buttons) => buttons.map((button) => button.dataset.name));
  equal("the stories", shown.join(), TOLD.join());
  const written = new Map(
    readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((text) => [JSON.parse(text).name, JSON.parse(text)]),
  );

  const [asked, said, forward] = [[], [], []];
  for (const name of TOLD) {
    await story(tab, name);
    const { steps } = written.get(name);
    equal(`${name} starts at its beginning`, await place(tab), `Step 0 of ${steps.length}`);
    const seen = [];
    for (let at = 0; at <= steps.length; at += 1) {
      if (at > 0) {
        await tab.click("#forward");
        seen.push(await line(tab));
        equal(`${name} tells its step ${at}`, await tab.textContent("#last-answer .note"), steps[at - 1].note);
      }
      const { provider, gateway, profile, order } = written.get(name);
      for (const { step, result, off } of (await controls(tab)).filter(({ step }) => step)) {
        asked.push(
          JSON.stringify({
            name: `${asked.length}`,
            provider,
            gateway,
            profile,
            order,
            steps: [...steps.slice(0, at).map((done) => ({ ...done, expect: {} })), JSON.parse(step)],
          }),
        );
        said.push({ result, off, place: `${name} after ${at}: ${step}` });
      }
    }
    forward.push(...seen);
    check(`${name} comes out as it says`, (await tab.$(".differs")) === null);
    for (let at = steps.length - 1; at > 0; at -= 1) {
      await tab.click("#back");
      equal(`${name} back at ${at}`, await line(tab), seen[at - 1]);
    }
    await tab.click("#back");
    equal(`${name} back at the beginning`, await tab.textContent("#fact-state"), "created");
  }
  equal("the stories' lines are the native runner's", forward.join("\n"), native.lines.join("\n"));

  const answers = new Map();
  for (const text of runLines(asked).lines) {
    const output = JSON.parse(text);
    answers.set(Number(output.scenario), output.result);
  }
  const legal = (result) => !["refused", "conflict", "malformed"].includes(result);
  const wrong = said.filter(
    ({ result, off }, index) => result !== answers.get(index) || off === legal(answers.get(index)),
  );
  check(
    "every control says what the native runner says",
    said.length > 2900 && wrong.length === 0,
    `${wrong.length} of ${said.length} differ, the first: ${wrong[0]?.place}`,
  );
  console.log(
    `${TOLD.length} stories, ${forward.length} steps forward and back; ${said.length} controls compared with the native runner`,
  );

  const actions = /ACTIONS[^=]*= &\[(.*?)\n\];/s
    .exec(readFileSync(`${root}examples/scenario/format.rs`, "utf8"))[1]
    .match(/\("(\w+)"/g)
    .map((found) => found.slice(2, -1));
  const offered = new Set(
    await tab.$$eval("[data-action]", (buttons) => buttons.map((button) => button.dataset.action)),
  );
  equal(
    "every action of the scenario format is a control",
    actions.filter((action) => !offered.has(action)).join(),
    "",
  );
  equal("and nothing else is", [...offered].filter((action) => !actions.includes(action)).join(), "");
  await tab.context().close();
}
