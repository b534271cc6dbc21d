// The tests of the built page. Ends with "N passed, N failed" and a status other than zero when one failed.

import { launch } from "./browser.mjs";
import { check, tally } from "./check.mjs";
import { access } from "./access.mjs";
import { doubt } from "./doubt.mjs";
import { keyboard } from "./keyboard.mjs";
import { paint } from "./paint.mjs";
import { phone } from "./phone.mjs";
import { quiet } from "./quiet.mjs";
import { scenarios } from "./scenarios.mjs";
import { stories } from "./stories.mjs";
import { use } from "./use.mjs";

// Nothing waits for ever: a part that takes this long has failed.
const LIMIT = 480;
const late = () =>
  new Promise((_, fail) => {
    setTimeout(() => fail(new Error(`it takes more than ${LIMIT} s`)), LIMIT * 1000).unref();
  });

const wanted = process.argv.slice(2);
const browser = await launch();

async function run(parts) {
  for (const [name, part] of Object.entries(parts)) {
    if (wanted.length && !wanted.includes(name)) continue;
    const begun = Date.now();
    try {
      await Promise.race([part(browser), late()]);
    } catch (error) {
      check(`${name} runs to its end`, false, error.stack);
    }
    console.log(`${name}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  }
}

try {
  // What is measured runs alone; what counts the requests and errors of all the others runs last.
  await run({ paint });
  await Promise.all([run({ scenarios }), run({ doubt, stories, use, keyboard, phone, access })]);
  await run({ quiet });
} finally {
  await browser.close();
}
const { passed, failed } = tally();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
