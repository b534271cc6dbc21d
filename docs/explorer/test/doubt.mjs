// The page opens where a capture's answer timed out; the same request can be sent again by one button, and by nothing else.

import { check, equal } from "./check.mjs";
import { open, story } from "./browser.mjs";

const fact = (tab, name) => tab.textContent(`#fact-${name}`);
const place = (tab) => tab.textContent("#place");
const words = (tab) => tab.textContent("#repeat-words");
const forward = async (tab, times) => {
  for (let at = 0; at < times; at += 1) await tab.click("#forward");
};

export async function doubt(browser) {
  const tab = await open(browser);
  await opens(tab);
  await repeats(tab);
  await others(tab);
  await deadline(tab);
  await tab.context().close();
}

async function opens(tab) {
  equal("the page opens inside the timeout story", await tab.textContent("#scenario-title"), "The timeout at 3 am");
  equal("whose button is pressed", await tab.textContent('#stories [aria-pressed="true"]'), "The timeout at 3 am");
  equal("at the moment of doubt", await place(tab), "Step 3 of 10");
  equal("the outcome is unknown", await fact(tab, "state"), "capture-unknown");
  equal("the provider's word does not tell", await fact(tab, "transaction"), "AUTHORIZED");
  equal("the money stays pending", await fact(tab, "pending"), "60.00");
  equal("nothing new can be captured", await fact(tab, "capturable"), "0.00");
  check("the page says of what the outcome is unknown", (await words(tab)).includes("capture is unknown: 60.00 INR, key k1."));
  check("undo goes no further back than that", (await tab.getAttribute("#undo", "aria-disabled")) === "true");
}

async function repeats(tab) {
  equal("the repeat is allowed", await tab.getAttribute("#do-again-capture", "aria-disabled"), null);
  await tab.focus("#do-again-capture");
  await tab.keyboard.press("Enter");
  equal("Repeat sends the same capture", await fact(tab, "state"), "capturing");
  equal("as the next step", await place(tab), "Step 4 of 4");
  const line = await tab.textContent("#steps [aria-current]");
  check("with the same amount and key", line.includes("capture 60.00 key k1") && line.includes("applied"), line);
  equal("it reserves nothing more", await fact(tab, "pending"), "60.00");
  check("nothing is in doubt until its answer", !(await tab.isVisible("#repeat")));
  equal("the focus goes on", await tab.evaluate(() => document.activeElement.id), "controls-title");
  await tab.click("#do-capture_outcome-no_response");
  check("it times out again, and may be repeated again", await tab.isVisible("#do-again-capture"));
  await tab.click("#do-again-capture");
  await tab.click("#do-capture_outcome-success");
  equal("its success is captured once", await fact(tab, "captured"), "60.00");
  equal("and the rest is released", await fact(tab, "released"), "40.00");
  check("then nothing is in doubt", !(await tab.isVisible("#repeat")));
  for (let times = 0; times < 4; times += 1) await tab.click("#undo");
  equal("undo leads back to the story", await place(tab), "Step 3 of 10");
}

// A capture without a key, a void and a refund are repeated as they were sent.
async function others(tab) {
  await story(tab, "full-capture");
  await forward(tab, 2);
  await tab.click("#do-capture_outcome-no_response");
  check("a capture without a key", (await words(tab)).includes("capture is unknown: 100.00 INR, without a key."));
  await tab.click("#do-again-capture");
  equal("is sent without one again", await fact(tab, "state"), "capturing");
  await story(tab, "the-void-that-raced");
  await forward(tab, 2);
  await tab.click("#do-void_outcome-no_response");
  equal("a void of unknown outcome", await fact(tab, "state"), "void-unknown");
  check("is named", (await words(tab)).includes("void is unknown: 100.00 INR, without a key."), await words(tab));
  await tab.click("#do-again-void");
  equal("and sent again", await fact(tab, "state"), "voiding");
  await story(tab, "refunds");
  await forward(tab, 9);
  check("a refund is named", (await words(tab)).includes("refund is unknown: 70.00 INR, key r3."), await words(tab));
  await tab.click("#do-again-refund");
  equal("and sent again: it reserves nothing more", await fact(tab, "refund_pending"), "70.00");
}

async function deadline(tab) {
  await story(tab, "full-capture");
  await forward(tab, 2);
  await tab.click("#do-capture_outcome-no_response");
  await tab.fill("#now", "2026-01-07T23:59:59Z");
  equal("before the deadline", await tab.getAttribute("#do-again-capture", "aria-disabled"), null);
  await tab.fill("#now", "2026-01-08T00:00:00Z");
  equal("at the deadline it is not sent again", await tab.getAttribute("#do-again-capture", "aria-disabled"), "true");
  await tab.hover("#do-again-capture");
  const card = await tab.textContent("#card-again-capture");
  check("and the page says why", card.includes("Rule book: outcome-unknown"), card);
}
