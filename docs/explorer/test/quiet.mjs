// The page asks no network for anything, and could not if it wanted to; nothing goes wrong in its console.

import { check, equal } from "./check.mjs";
import { open, requests, troubles } from "./browser.mjs";

// Runs last: by now every other test has been through the page.
export async function quiet(browser) {
  equal("no request left the page in any test", requests.join(), "");
  equal("no error and no warning in the console in any test", troubles.join("\n"), "");
  const tab = await open(browser);
  const tried = await tab.evaluate(async () => {
    const blocked = [];
    document.addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
    await fetch("http://127.0.0.1:9/").catch(() => {});
    const image = new Image();
    image.src = "http://127.0.0.1:9/pixel.png";
    const script = document.createElement("script");
    script.textContent = "window.intruder = true";
    document.body.append(script);
    await new Promise((done) => setTimeout(done, 200));
    return { blocked: [...new Set(blocked)].sort().join(), intruder: window.intruder === true };
  });
  equal("its policy blocks requests, images and foreign scripts", tried.blocked, "connect-src,img-src,script-src-elem");
  check("a foreign script does not run", !tried.intruder);
  await tab.context().close();
}
