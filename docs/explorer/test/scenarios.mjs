// Every scenario of the tests through the page, step by step, against what the native runner prints for it.

import { readFileSync, readdirSync } from "node:fs";
import { check, equal } from "./check.mjs";
import { open, root } from "./browser.mjs";
import { runFiles } from "./native.mjs";

// Walks through whatever was imported by the page's own controls; runs in the page.
function walk() {
  const $ = (id) => document.getElementById(id);
  const compared = [
    "state",
    "transaction",
    "order",
    "authorized",
    "captured",
    "pending",
    "held",
    "capturable",
    "released",
    "refunded",
    "order_authorized",
    "order_charged",
    "order_refunded",
  ];
  const [lines, wrong] = [[], []];
  const found = [...$("found").options].map((option) => option.value);
  for (const choice of found.length ? found : [null]) {
    if (choice !== null) {
      $("found").value = choice;
      $("found").dispatchEvent(new Event("change"));
    }
    for (;;) {
      const [at, of] = [Number($("steps").dataset.at), Number($("steps").dataset.of)];
      if (at === of) break;
      $("forward").click();
      if (Number($("steps").dataset.at) !== at + 1) {
        wrong.push(`step ${at} of ${of} is not followed by the next one`);
        break;
      }
      const line = $("line").textContent;
      lines.push(line);
      const output = JSON.parse(line);
      const name = `${output.scenario} step ${output.step}`;
      for (const fact of compared) {
        const shown = $(`fact-${fact}`).textContent;
        if (shown !== output[fact])
          wrong.push(`${name}: the page shows ${fact} ${shown}, the line says ${output[fact]}`);
      }
      if ($("fact-discrepancy").dataset.value !== (output.discrepancy ?? "none")) wrong.push(`${name}: discrepancy`);
      const lit = [...document.querySelectorAll("#picture .lit")].map((element) => element.dataset.name).join();
      if (lit !== output.state) wrong.push(`${name}: ${lit} is lit, the line says ${output.state}`);
      const badge = document.querySelector("#steps [aria-current] .badge").textContent;
      if (badge !== output.result.replace("-", " ") + (output.code ?? ""))
        wrong.push(`${name}: the list says ${badge}`);
      const differs = document.querySelector("#last-answer .differs");
      if (differs) wrong.push(`${name}: ${differs.textContent}`);
    }
  }
  return { scenarios: found.length || 1, lines, wrong };
}

async function walkFile(tab, name, text) {
  await tab.evaluate((text) => {
    document.getElementById("import").open = true;
    document.getElementById("line-in").value = text;
    document.getElementById("import-do").click();
  }, text);
  equal(`${name}: no line is refused`, await tab.textContent("#import-problem"), "");
  return tab.evaluate(walk);
}

export async function scenarios(browser) {
  const folder = `${root}tests/scenarios`;
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .sort();
  const { lines, passed: ran, failed } = runFiles(files.map((name) => `${folder}/${name}`));
  check("the native runner passes every scenario", ran > 0 && failed === 0, `${ran} passed, ${failed} failed`);

  // Two tabs, since there are two processors: each takes the largest file that is left.
  const walked = new Map();
  const texts = files.map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")]);
  texts.sort(([, one], [, other]) => other.length - one.length);
  const take = async () => {
    const tab = await open(browser);
    while (texts.length) {
      const [name, text] = texts.shift();
      walked.set(name, await walkFile(tab, name, text));
    }
    await tab.context().close();
  };
  await Promise.all([take(), take()]);
  const all = files.map((name) => walked.get(name));
  const total = {
    scenarios: all.reduce((sum, { scenarios }) => sum + scenarios, 0),
    lines: all.flatMap(({ lines }) => lines),
    wrong: all.flatMap(({ wrong }) => wrong),
  };
  equal("the page ran as many scenarios as the native runner", total.scenarios, ran);
  check(`the page ran 1178 scenarios or more`, total.scenarios >= 1178, String(total.scenarios));
  equal("the page ran as many steps as the native runner", total.lines.length, lines.length);
  const differ = lines.map((line, index) => [line, total.lines[index]]).filter(([one, other]) => one !== other);
  check(
    "every step's output is the native runner's, to the letter",
    differ.length === 0,
    `${differ.length} differ, the first: ${differ[0]?.join("\n  page: ")}`,
  );
  check(
    "what the page shows is what the output says",
    total.wrong.length === 0,
    `${total.wrong.length} differ, the first: ${total.wrong[0]}`,
  );
  console.log(`${total.scenarios} scenarios, ${total.lines.length} steps compared with the native runner's`);
}
