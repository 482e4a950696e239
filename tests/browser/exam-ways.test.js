// The exam without JavaScript, with the keyboard alone, and how its pages look: no axe violations and no sideways
// scrolling at 320 px, in both languages and themes.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { EXAM, answer, candidate, doorOf, given, numberOn, onServer, sameAccount, saved, steps } from "./candidate.js";
import { ROOT, accessible, looksRight, service, signUp, start, stop, visitor } from "./service.js";

before(start);
after(stop);

test("without JavaScript, the whole theory part: next, previous, flag, navigator, check, hand in", async () => {
  const page = await candidate("Grete", { javaScriptEnabled: false });
  const door = doorOf(page);
  const all = await steps(page);
  // A page that is on its way has no controls yet.
  const follow = (selector) => Promise.all([page.waitForEvent("load"), page.click(selector)]);
  const go = async (selector, number) => {
    await follow(selector);
    assert.equal(numberOn(page), number);
  };
  const first = await fill(page);
  await go("button[data-onward]", 2);
  assert.match(await page.textContent("[data-save-state]"), /^All answers saved at/);
  const second = await fill(page);
  await go("button[value=previous]", 1);
  assert.equal(await page.isVisible("button[value=previous]"), false, "nothing comes before the first");
  assert.deepEqual(await onServer(page, 1), first);
  await go("button[value=flag]", 1);
  assert.equal(await page.getAttribute("button[value=flag]", "aria-pressed"), "true");
  assert.deepEqual(await onServer(page, 1), first, "a flag changes no answer");
  await go(".steps-grid button[value='q:2']", 2);
  assert.deepEqual(await onServer(page, 2), second);
  for (let number = 2; number < all; number += 1) {
    await fill(page);
    await go("button[data-onward]", number + 1);
  }
  assert.equal(await page.textContent("button[data-onward]"), "Check your answers");
  assert.equal((await page.textContent("[data-unanswered-count]")).trim(), "1 without an answer");
  await follow("button[value=stay]");
  await follow("button[data-onward]");
  assert.match(await page.textContent("main"), new RegExp(`Answered: ${all - 1}\\. Not answered: 1\\. Flagged: 1\\.`));
  await follow(`a[href$="/q/${all}"]`);
  await fill(page);
  await follow(".rail button[value=check]");
  assert.match(await page.textContent("main"), new RegExp(`Answered: ${all}\\. Not answered: 0\\.`));
  await follow("button[value=hand-in]");
  assert.equal(new URL(page.url()).pathname, door);
  assert.match(await page.textContent("main"), new RegExp(`This part is handed in\\..*${all} of ${all} answers were saved and submitted`, "s"));
  await follow("button[value=begin-next]");
  assert.match(page.url(), /\/practice$/);
  await follow("button[value=hand-in]");
  assert.match(page.url(), /\/result$/);
});

// Without a script in the page, what it holds can only be asked of the server.
async function fill(page) {
  const choice = page.locator("#question .choice input").first();
  if (await choice.count()) await choice.check();
  for (const field of await page.locator("#question input[type=text]").all()) await field.fill("3");
  for (const list of await page.locator("#question select").all()) await list.selectOption({ index: 1 });
  return page.locator("#question").evaluate(fieldsOf);
}

function fieldsOf(root) {
  return [...root.querySelectorAll("input, select")].filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked).map((field) => `${field.name}=${field.value}`);
}

test("with the keyboard alone: start, answer, next, flag, check, hand in; the focus is seen and never lost", async () => {
  const page = await visitor({ reducedMotion: "reduce" });
  await signUp(page, "Hedy");
  await page.goto(EXAM);
  const press = async (key) => {
    await page.keyboard.press(key);
    await page.waitForTimeout(60);
  };
  const focused = () => page.evaluate(() => {
    const element = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const hit = document.elementFromPoint(box.x + box.width / 2, Math.min(Math.max(box.y + box.height / 2, 0), innerHeight - 1));
    return {
      name: element.getAttribute("aria-label") ?? element.textContent.trim(), tag: element.tagName, type: element.type ?? "", value: element.value ?? "",
      isSeen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && box.bottom > 0 && box.top < innerHeight && (element.contains(hit) || hit?.contains(element)),
    };
  });
  // Goes on with Tab until something is reached; every stop on the way can be seen.
  const tabTo = async (what, isIt) => {
    for (let tries = 0; tries < 120; tries += 1) {
      await press("Tab");
      const now = await focused();
      if (now.tag === "BODY") continue;
      assert.ok(now.isSeen, `the focus on ${now.tag} “${now.name.slice(0, 40)}” is seen on the way to ${what}`);
      if (isIt(now)) return now;
    }
    return assert.fail(`${what} is reached`);
  };
  const onHeading = async (number) => {
    const now = await focused();
    assert.equal(now.tag, "H2");
    assert.match(now.name, new RegExp(`^Question ${number} of`));
    assert.ok(now.isSeen, "the focus on the question's heading is seen");
  };
  await tabTo("the start", (now) => now.name === "Start the exam");
  await press("Enter");
  await page.waitForURL(/\/q\/1$/);
  await page.waitForSelector("[data-timer-tools] button");
  await page.waitForTimeout(500);
  for (const number of [1, 2, 3]) {
    const field = await tabTo("an answer", (now) => ["radio", "checkbox", "text", "select-one"].includes(now.type) && now.tag !== "BUTTON");
    if (field.type === "text") await page.keyboard.type("3");
    else await press(field.type === "select-one" ? "ArrowDown" : "Space");
    assert.ok((await given(page)).length > 0);
    await tabTo("the flag", (now) => now.value === "flag");
    await press("Space");
    assert.equal((await focused()).value, "flag", "the focus stays");
    assert.equal(await page.getAttribute("button[value=flag]", "aria-pressed"), "true");
    await page.keyboard.press("Shift+Tab");
    while ((await focused()).name !== "Next") await press("Shift+Tab");
    await press("Enter");
    assert.equal(numberOn(page), number + 1);
    await onHeading(number + 1);
  }
  await tabTo("question 1 in the navigator", (now) => now.value === "q:1");
  await press("Enter");
  await onHeading(1);
  await page.goBack();
  await page.waitForURL(/\/q\/4$/);
  await onHeading(4);
  await saved(page);
  await tabTo("the check", (now) => now.value === "check");
  await press("Enter");
  await page.waitForURL(/\/check$/);
  await tabTo("the hand-in", (now) => now.value === "hand-in");
  await press("Enter");
  await page.waitForURL(/\/attempts\/[^/]+$/);
  assert.match(await page.textContent("main"), /This part is handed in/);
});

test("every page of the exam is accessible and fits 320 px, in both languages and themes", async () => {
  const stranger = await visitor();
  await looksRight(stranger, EXAM, "exam-overview-stranger");
  const page = await visitor();
  await signUp(page, "Ida");
  await looksRight(page, EXAM, "exam-overview");
  await page.click("main form button");
  await page.waitForURL(/\/q\/1$/);
  const door = doorOf(page);
  const seen = new Set();
  for (let number = await steps(page); number >= 1; number -= 1) {
    await page.goto(`${door}/q/${number}`);
    const kind = await kindOf(page);
    if (seen.has(kind)) continue;
    seen.add(kind);
    await looksRight(page, `${door}/q/${number}`, `exam-room-${kind}`);
    await answer(page, 1);
    if (seen.size % 2) await page.click("button[value=flag]");
    await page.waitForFunction(() => document.querySelector("[data-save-state]").textContent.startsWith("所有答案已于"));
    await accessible(page, `exam-room-${kind}, answered`);
  }
  assert.ok(seen.size >= 4, `kinds of questions on the paper: ${[...seen].join(", ")}`);
  await lostLooks(page, door);
  await looksRight(page, `${door}/check`, "exam-check");
  const phone = await sameAccount("Ida");
  await looksRight(phone, door, "exam-door-device");
  await page.goto(`${door}/check`);
  await page.click("button[value=hand-in]");
  await page.waitForURL((url) => url.pathname === door);
  await looksRight(page, door, "exam-door-rest");
  await page.click("button[value=begin-next]");
  await page.waitForURL(/\/practice$/);
  await looksRight(page, `${door}/practice`, "exam-practice");
  await page.setInputFiles("#file", join(ROOT, "exercises/mnist-train/wrong/nothing.py"));
  await page.click("form[enctype] button");
  await page.waitForURL(/\/practice$/);
  await page.waitForSelector("[data-renew=rows] tbody tr");
  await looksRight(page, `${door}/practice`, "exam-practice-rows");
  await page.click("button[value=hand-in]");
  await page.waitForURL(/\/result$/);
  // It appears by itself: nobody reloads the page.
  await page.waitForSelector(".bars", { timeout: 120_000 });
  await looksRight(page, `${door}/result`, "exam-result");
  await looksRight(page, EXAM, "exam-overview-after");
});

test("the examiner's pages are accessible, and the monitor shows changes by itself", async () => {
  const learner = await candidate("Lise");
  const door = doorOf(learner);
  const page = await visitor();
  await page.goto(service.adminLink);
  await page.click("main form button");
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in/link"));
  await page.goto(`/teach${EXAM}`);
  await page.fill("#text", "Question 3 means the natural logarithm.");
  await page.click("form[action$='/announce'] button");
  for (const [path, name] of [
    [`/teach${EXAM}`, "monitor"], [`/teach${EXAM}/paper?seed=1`, "paper"], [`/teach${EXAM}/items`, "items"],
    [`/teach${EXAM}/rescore`, "rescore"], [`/teach${door}`, "attempt"], ["/teach/accommodations", "accommodations"],
  ]) await looksRight(page, path, `examiner-${name}`);
  await page.goto(`/teach${EXAM}`);
  const row = page.locator("tbody tr", { hasText: "Lise" });
  assert.match(await row.textContent(), /0 \/ \d+/);
  await page.click("label:has(input[type=checkbox])");
  await answer(learner);
  await saved(learner);
  await page.waitForFunction(() => [...document.querySelectorAll("tbody tr")].some((row) => /Lise.*1 \/ \d+/s.test(row.textContent)));
});

// What kind of control the question on the page has.
async function kindOf(page) {
  return page.locator("#question").evaluate((question) => {
    if (question.querySelector("fieldset.gap") || question.querySelectorAll("input[type=text]").length > 1) return "gaps";
    if (question.querySelector(".lettered")) return "matching";
    if (question.querySelector("select")) return "ordering";
    const field = question.querySelector("input");
    if (field.type === "text") return field.inputMode === "decimal" ? "number" : "text";
    return field.type === "radio" ? "single" : "multiple";
  });
}

// What the room shows while nothing can be saved.
async function lostLooks(page, door) {
  await page.route("**/answers", (route) => route.abort());
  await page.goto(`${door}/q/1`);
  await page.waitForSelector("[data-timer-tools] button");
  await answer(page, 0);
  await page.waitForSelector(".save-state.is-lost");
  await page.click(".rail button[value=check]");
  await page.waitForSelector("[data-notice]:not([hidden])");
  await accessible(page, "the room while nothing can be saved");
  await page.setViewportSize({ width: 320, height: 800 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 320, "the room fits while nothing can be saved");
  if (process.env.ASSAY_SCREENSHOTS) await page.screenshot({ path: join(process.env.ASSAY_SCREENSHOTS, "exam-room-lost-320.png") });
  await page.setViewportSize({ width: 1280, height: 900 });
  if (process.env.ASSAY_SCREENSHOTS) await page.screenshot({ path: join(process.env.ASSAY_SCREENSHOTS, "exam-room-lost.png") });
  await page.unroute("**/answers");
  await page.waitForFunction(() => !document.querySelector(".save-state.is-lost"));
}
