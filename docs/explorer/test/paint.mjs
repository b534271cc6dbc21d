// From disk to the first paint, and the page's size.

import { statSync } from "node:fs";
import { check } from "./check.mjs";
import { open, page } from "./browser.mjs";

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

export async function paint(browser) {
  const [paints, readies] = [[], []];
  for (let count = 0; count < 5; count += 1) {
    const tab = await open(browser);
    await tab.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
    const [first, ready] = await tab.evaluate(() => [
      performance.getEntriesByName("first-contentful-paint")[0].startTime,
      performance.getEntriesByName("ready")[0].startTime,
    ]);
    paints.push(first);
    readies.push(ready);
    await tab.context().close();
  }
  const size = statSync(page).size;
  console.log(
    `first contentful paint: median ${Math.round(median(paints))} ms of ${paints.map(Math.round).join(", ")}; usable: median ${Math.round(median(readies))} ms; ${size} bytes`,
  );
  check("the first paint is under a second", median(paints) < 1000, `${median(paints)} ms`);
  check("the page is under 600 KiB", size < 600 * 1024, String(size));
}
