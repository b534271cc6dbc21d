// A browser with the built page in it, and what went wrong there: errors, and every request but that for the page itself.

import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));
export const page = process.env.EXPLORER_PAGE ?? `${root}target/explorer/explorer.html`;
export const tool = createRequire(`${root}target/explorer/tools/package.json`);
const { chromium } = tool("playwright-core");

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = () => chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });

export const troubles = [];
export const requests = [];

// A fresh window with the page; the fragment may carry a scenario.
export async function open(
  browser,
  { width = 1320, height = 1000, scheme = "light", touch = false, fragment = "" } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    hasTouch: touch,
    isMobile: touch,
    deviceScaleFactor: touch ? 2 : 1,
    reducedMotion: "reduce",
  });
  const tab = await context.newPage();
  tab.setDefaultTimeout(120_000);
  tab.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
  tab.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) troubles.push(`${message.type()}: ${message.text()}`);
  });
  const address = pathToFileURL(page).href;
  tab.on("request", (request) => {
    const url = request.url();
    if (url.split("#")[0] !== address && !url.startsWith("data:") && !url.startsWith("blob:")) requests.push(url);
  });
  await tab.goto(address + fragment);
  await tab.waitForSelector("html[data-ready]", { state: "attached" });
  return tab;
}

export async function story(tab, name) {
  await tab.click(`#stories [data-name="${name}"]`);
}
