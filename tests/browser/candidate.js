// What candidates do in the exam room, and what they see there.
import assert from "node:assert/strict";
import { PASSWORD, emailOf, signUp, visitor } from "./service.js";

export const EXAM = "/exams/mnist-practitioner";

// A learner who has just begun the exam: the page of the first question.
export async function candidate(name, options) {
  const page = await device(options);
  await signUp(page, name);
  await page.goto(EXAM);
  await page.click("main form button");
  await page.waitForURL(/\/q\/1$/);
  if (options?.javaScriptEnabled !== false) await ready(page);
  return page;
}

export async function device(options) {
  const page = await visitor(options);
  await page.addInitScript(withCuts);
  return page;
}

// The same person at another device.
export async function sameAccount(name) {
  const page = await device();
  await page.goto("/sign-in");
  await page.fill("#email", emailOf(name));
  await page.fill("#password", PASSWORD);
  await page.click("main form button");
  await page.waitForURL((url) => url.pathname !== "/sign-in");
  return page;
}

// Until the script has every question, so that the room works without the server.
export async function ready(page) {
  await page.waitForResponse((answer) => answer.url().endsWith("/questions"), { timeout: 5000 }).catch(() => {});
  await page.waitForSelector("[data-timer-tools] button");
}

export function doorOf(page) {
  return new URL(page.url()).pathname.match(/^\/attempts\/[^/]+/)[0];
}

export function numberOn(page) {
  return Number(new URL(page.url()).pathname.split("/").pop());
}

export async function steps(page) {
  return page.locator(".steps-grid button").count();
}

// Fields with what they hold, of a page in a browser or as the server sends it.
function fieldsIn(root) {
  const controls = [...root.querySelectorAll("#question input, #question select")];
  const isOff = (control) => ["radio", "checkbox"].includes(control.type) && !control.checked;
  return controls.filter((control) => !isOff(control)).map((control) => `${control.name}=${control.value}`).filter((field) => !field.endsWith("="));
}

export async function given(page) {
  return page.evaluate(`(${fieldsIn})(document)`);
}

// What the server has of a question: its own page, asked for beside the browser, which may be cut off.
export async function onServer(page, number, door = doorOf(page)) {
  const answer = await page.context().request.get(`${door}/q/${number}`, { maxRedirects: 0 });
  assert.equal(answer.status(), 200, `question ${number} is shown`);
  const source = `(${fieldsIn})(new DOMParser().parseFromString(${JSON.stringify(await answer.text())}, "text/html"))`;
  return page.evaluate(source);
}

// Answers the question on the page in some way, another one for another `turn`; what it holds then.
export async function answer(page, turn = 0) {
  const choices = page.locator("#question .choice input");
  const texts = page.locator("#question input[type=text]");
  const lists = page.locator("#question select");
  if (await choices.count()) await choices.nth(turn % (await choices.count())).check();
  for (let place = 0; place < await texts.count(); place += 1) await texts.nth(place).fill(`${turn + place + 2}`);
  for (let place = 0; place < await lists.count(); place += 1) await lists.nth(place).selectOption({ index: 1 + ((turn + place) % 2) });
  const fields = await given(page);
  assert.ok(fields.length, "the question takes an answer");
  return fields;
}

export const line = (page) => page.textContent("[data-save-state]");

export async function lineSays(page, pattern, timeout = 20_000) {
  await page.waitForFunction((source) => new RegExp(source).test(document.querySelector("[data-save-state]").textContent), pattern.source, { timeout });
}

export const saved = (page) => lineSays(page, /^All answers saved at \d\d:\d\d:\d\d$/);

// From now on, what the save line shows and what a screen reader is given.
export async function listen(page) {
  await page.evaluate(() => {
    window.heard = { line: [], polite: [], urgent: [] };
    for (const [name, where] of [["line", "[data-save-state]"], ["polite", "[data-polite]"], ["urgent", "[data-urgent]"]]) {
      const element = document.querySelector(where);
      new MutationObserver(() => { if (element.textContent) window.heard[name].push(element.textContent); }).observe(element, { childList: true, characterData: true, subtree: true });
    }
  });
}

export const heard = (page) => page.evaluate(() => window.heard);

// Only the way by which answers go is closed, also for a page that is being left; everything else works.
export async function cutSaving(page) {
  await page.evaluate(() => { sessionStorage.cut = "1"; });
}

export async function mendSaving(page) {
  await page.evaluate(() => { delete sessionStorage.cut; });
}

function withCuts() {
  const real = window.fetch;
  window.fetch = (path, ...rest) => (sessionStorage.cut && String(path).endsWith("/answers") ? Promise.reject(new TypeError("cut")) : real(path, ...rest));
}
