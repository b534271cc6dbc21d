// On a phone: nothing to scroll sideways, everything large enough for a finger and for the eye.

import { check, equal } from "./check.mjs";
import { open, story } from "./browser.mjs";

// Against the window's own width: a page that is too wide makes what a phone reports as its window wider too.
const measured = (tab, width) =>
  tab.evaluate((width) => {
    const seen = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 0;
    const named = (element) => element.id || element.textContent.trim().slice(0, 30) || element.tagName;
    const targets = [...document.querySelectorAll("button, input, select, textarea, summary")]
      .filter(seen)
      .filter((element) => !element.closest(".skip"));
    const small = targets.filter((element) => {
      // A box to tick is as large as the line with its label, which ticks it too.
      const { width, height } = (element.type === "checkbox" ? element.parentElement : element).getBoundingClientRect();
      return width < 43.5 || height < 43.5;
    });
    const tiny = [...document.querySelectorAll("body *")]
      .filter(seen)
      .filter((element) => !element.closest("svg, .unseen"))
      .filter(
        (element) =>
          [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) &&
          Number.parseFloat(getComputedStyle(element).fontSize) < 12,
      );
    const wide = [...document.querySelectorAll("body *")]
      .filter(seen)
      .filter(
        (element) => element.getBoundingClientRect().right > width + 1 && !element.closest(".chips, svg, .unseen"),
      );
    return {
      scroll: document.documentElement.scrollWidth - width,
      small: small.map(named).join(),
      tiny: tiny.map(named).join(),
      wide: wide.slice(0, 5).map(named).join(),
      targets: targets.length,
    };
  }, width);

const folded = (tab) =>
  tab.evaluate(() => {
    const folds = [...document.querySelectorAll("details.fold")];
    return folds.length > 10 && folds.every(({ open }) => !open);
  });

async function look(tab, words, width) {
  const { scroll, small, tiny, wide, targets } = await measured(tab, width);
  equal(`${width} px, ${words}: nothing to scroll sideways`, scroll <= 0 ? 0 : scroll, 0);
  equal(`${width} px, ${words}: nothing leaves the window`, wide, "");
  equal(`${width} px, ${words}: every target is 44 px`, small, "");
  equal(`${width} px, ${words}: no text is tiny`, tiny, "");
  return targets;
}

export async function phone(browser) {
  let targets = 0;
  for (const [width, height] of [
    [390, 844],
    [320, 568],
  ]) {
    const tab = await open(browser, { width, height, touch: true });
    targets += await look(tab, "at first", width);
    const tall = await tab.evaluate(() => document.documentElement.scrollHeight);
    check(`${width} px: the page is under 3,000 px high before anything is chosen`, tall < 3000, `${tall} px`);
    console.log(`${tall} px high on a phone of ${width} px before anything is chosen`);
    check(`${width} px: the order, the groups of controls and what follows are folded`, await folded(tab));
    const repeat = await tab.locator("#do-again-capture").boundingBox();
    check(`${width} px: the capture can be repeated on the second screen at the latest`, repeat.y < 2 * height);
    await tab.tap("#do-again-capture");
    equal(`${width} px: a tap repeats it`, await tab.textContent("#fact-state"), "capturing");
    await story(tab, "the-timeout-at-3-am");
    for (let at = 0; at < 9; at += 1) await tab.tap("#forward");
    targets += await look(tab, "a story", width);
    await tab.tap('[data-fact="captured"] .why');
    await tab.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
      document.getElementById("own-profile").hidden = false;
    });
    await tab.selectOption("#example", { index: 2 });
    targets += await look(tab, "everything open", width);

    // A finger on what is not legal: the reason comes up, inside the window, and goes away again.
    await tab.tap("#do-void_outcome-failed", { force: true });
    await tab.waitForSelector("#card-void_outcome-failed", { state: "visible" });
    const card = await tab.evaluate(() => {
      const { left, top, right, bottom } = document
        .getElementById("card-void_outcome-failed")
        .getBoundingClientRect();
      return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
    });
    check(`${width} px: a tap shows the reason inside the window`, card);
    targets += await look(tab, "a reason", width);
    await tab.tap("#card-void_outcome-failed .shut");
    check(`${width} px: it can be closed`, !(await tab.isVisible("#card-void_outcome-failed")));

    // The picture shows the surroundings of the state, in letters that can be read, and all of it on demand.
    const letters = () =>
      tab.evaluate(() => {
        const svg = document.querySelector("#picture svg");
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        const lit = document.querySelector("#picture .lit").getBoundingClientRect();
        const frame = svg.getBoundingClientRect();
        return {
          size: 14 * scale,
          inside:
            lit.left >= frame.left && lit.right <= frame.right && lit.top >= frame.top && lit.bottom <= frame.bottom,
        };
      });
    const near = await letters();
    check(`${width} px: the picture's letters are large enough`, near.size >= 8.5, `${near.size} px`);
    check(`${width} px: the current state is in the picture`, near.inside);
    await tab.tap("#whole");
    check(`${width} px: all of the picture on demand`, (await letters()).size < near.size);
    await tab.context().close();
  }
  console.log(`${targets} touch targets measured`);
}
