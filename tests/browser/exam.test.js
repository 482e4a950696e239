// The exam room in a real browser: answers outlive a lost connection, a reload and a second device; the clock is the
// server's; the time speaks when asked.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { EXAM, answer, candidate, cutSaving, device, doorOf, given, heard, line, lineSays, listen, mendSaving, numberOn, onServer, ready, sameAccount, saved, steps } from "./candidate.js";
import { PASSWORD, emailOf, start, stop } from "./service.js";

// In milliseconds of real time.
const CUT = 60_000;

before(start);
after(stop);

test("the network is cut for a minute: three answers reach the server by themselves", async () => {
  const page = await candidate("Ada");
  await answer(page, 1);
  await saved(page);
  await listen(page);
  await page.context().setOffline(true);
  const cutAt = Date.now();
  const first = await answer(page);
  assert.match(await line(page), /^(Saving…|Not saved: no connection since)/, "from the change on, the line does not claim that it is saved");
  await lineSays(page, /^Not saved: no connection since \d\d:\d\d:\d\d\. Your answer is kept on this device/);
  await page.click("button[data-onward]");
  assert.equal(numberOn(page), 2);
  assert.match(await page.title(), /^Question 2 of/);
  const second = await answer(page);
  await page.click(".steps-grid button[value='q:7']");
  assert.equal(numberOn(page), 7);
  const third = await answer(page);
  await page.click("button[value=flag]");
  await page.click("button[value=previous]");
  assert.equal(numberOn(page), 6);
  await page.goBack();
  assert.deepEqual([numberOn(page), await given(page)], [7, third], "Back works without the server");
  // To the check it does not go, and nothing is lost by trying.
  await page.click(".rail button[value=check]");
  await page.waitForSelector("[data-notice]:not([hidden])");
  assert.match(await page.textContent("[data-notice]"), /^The server cannot be reached now/);
  while (Date.now() - cutAt < CUT) {
    assert.match(await line(page), /^Not saved: no connection since/);
    await page.waitForTimeout(500);
  }
  assert.deepEqual(await onServer(page, 2), [], "so far the server has nothing");
  await page.context().setOffline(false);
  await saved(page);
  assert.ok(Date.now() - cutAt < CUT + 20_000);
  for (const [number, fields] of [[1, first], [2, second], [7, third]]) assert.deepEqual(await onServer(page, number), fields);
  const { line: shown, polite, urgent } = await heard(page);
  assert.deepEqual(shown.map((text) => text.slice(0, 9)), ["Saving…", "Not saved", "All answe"]);
  assert.deepEqual([polite.length, urgent.length], [1, 2], "loss once, why the check waits, recovery once");
  assert.match(polite[0], /^Connection is back/);
  await page.reload();
  assert.deepEqual([numberOn(page), await given(page)], [7, third]);
  assert.equal(await page.getAttribute("button[value=flag]", "aria-pressed"), "true");
  assert.equal(await page.getAttribute(".steps-grid button[value='q:7']", "aria-label"), "Question 7, answered, flagged");
});

test("a reload in the middle keeps what is saved, and sends what is not", async () => {
  const page = await candidate("Berta");
  const first = await answer(page);
  await saved(page);
  await page.click("button[data-onward]");
  await page.reload();
  await ready(page);
  assert.equal(numberOn(page), 2);
  assert.equal(await page.getAttribute(".steps-grid button[value='q:1']", "aria-label"), "Question 1, answered");
  await page.click("button[value=previous]");
  assert.deepEqual(await given(page), first);
  const all = await steps(page);
  await page.click(`.steps-grid button[value='q:${all}']`);
  assert.equal(await page.textContent("button[data-onward]"), "Check your answers", "the last question leads on to the check");
  await page.click("button[value=previous]");
  assert.equal(await page.textContent("button[data-onward]"), "Next");

  await cutSaving(page);
  const number = numberOn(page);
  const unsent = await answer(page);
  await lineSays(page, /^Not saved/);
  const warnings = [];
  page.on("dialog", (dialog) => { warnings.push(dialog.type()); dialog.accept(); });
  await page.reload();
  assert.deepEqual(warnings, ["beforeunload"], "leaving warns while something is unsent");
  await page.waitForSelector("[data-timer-tools] button");
  assert.deepEqual(await given(page), unsent, "kept on the device");
  assert.deepEqual(await onServer(page, number), [], "and nowhere else");
  await lineSays(page, /^Not saved/);
  await mendSaving(page);
  await saved(page);
  assert.deepEqual(await onServer(page, number), unsent);
  await page.reload();
  assert.equal(warnings.length, 1, "and only then");
});

test("a second device takes over, and the first loses nothing silently", async () => {
  const laptop = await candidate("Clara");
  const door = doorOf(laptop);
  const acknowledged = await answer(laptop);
  await saved(laptop);
  const phone = await sameAccount("Clara");
  await phone.goto(`${door}/q/1`);
  assert.equal(new URL(phone.url()).pathname, door, "no question before it is confirmed");
  assert.match(await phone.textContent("main"), /open on another device or in another browser/);
  await phone.goto(EXAM);
  await phone.click("a.button");
  await phone.click("main form button");
  await phone.waitForURL(/\/q\/1$/);
  await ready(phone);
  assert.deepEqual(await given(phone), acknowledged, "what was acknowledged is there");

  await laptop.click("button[data-onward]");
  const late = await answer(laptop);
  await lineSays(laptop, /^Opened on another device/);
  assert.match(await laptop.textContent("[data-notice]"), /kept on this device: question 2\./);
  assert.deepEqual(await onServer(phone, 2), []);
  await laptop.click("[data-notice] a");
  await laptop.click("main form button");
  await laptop.waitForURL(/\/q\/1$/);
  await saved(laptop);
  assert.deepEqual(await onServer(laptop, 2), late, "sent when this device goes on");

  // Of two answers to one question, the later counts, and the page shows it.
  await ready(laptop);
  await cutSaving(laptop);
  await laptop.click(".steps-grid button[value='q:3']");
  await answer(laptop, 0);
  await lineSays(laptop, /^Not saved/);
  await phone.goto(door);
  await phone.click("main form button");
  await phone.waitForURL(/\/q\/2$/, { timeout: 20_000 });
  await ready(phone);
  await phone.click(".steps-grid button[value='q:3']");
  const later = await answer(phone, 1);
  await saved(phone);
  await mendSaving(laptop);
  await lineSays(laptop, /^Opened on another device/);
  await laptop.click("[data-notice] a");
  await laptop.click("main form button");
  await laptop.waitForURL(/\/q\/3$/);
  await laptop.waitForSelector("[data-notice]:not([hidden])");
  assert.match(await laptop.textContent("[data-notice]"), /later answer to question 3/);
  await laptop.click(".steps-grid button[value='q:3']");
  assert.deepEqual([await given(laptop), await onServer(laptop, 3)], [later, later]);
});

test("a device clock that is ten minutes wrong changes nothing", async () => {
  const right = await candidate("Dora");
  const door = doorOf(right);
  for (const minutes of [10, -10]) {
    const context = { storageState: await right.context().storageState() };
    const page = await device(context);
    await page.addInitScript((shift) => {
      const Real = Date;
      window.shift = shift;
      window.Date = class extends Real {
        constructor(...given) { super(...(given.length ? given : [Real.now() + window.shift])); }
        static now() { return Real.now() + window.shift; }
      };
    }, minutes * 60_000);
    await page.goto(`${door}/q/1`);
    await ready(page);
    const close = async (why) => {
      const server = (await (await page.context().request.get(`${door}/clock`)).json()).left_ms;
      const left = Number((await page.textContent("[data-time]")).match(/^(\d+) min left$/)[1]);
      assert.ok(Math.abs(left - server / 60_000 + 0.5) < 0.6, `${why}: ${left} min of ${server} ms`);
    };
    await close(`${minutes} minutes wrong`);
    await page.evaluate(() => { window.shift = -window.shift; });
    await page.waitForTimeout(1500);
    await close("the clock is set while the page is open");
    await cutSaving(page);
    await answer(page, minutes > 0 ? 1 : 0);
    await lineSays(page, /^Not saved/);
    const since = (await line(page)).match(/since (\d\d):(\d\d):(\d\d)\./).slice(1).map(Number);
    const now = new Date(Date.now() + 8 * 3_600_000);
    const apart = now.getUTCHours() * 3600 + now.getUTCMinutes() * 60 + now.getUTCSeconds() - (since[0] * 3600 + since[1] * 60 + since[2]);
    assert.ok(Math.abs(apart) < 20, `since ${since} is the server's time`);
    await mendSaving(page);
    await saved(page);
    await page.context().close();
  }
});

test("the time is hidden and shown, told when asked for, and otherwise only at its marks", async () => {
  const page = await candidate("Elsa");
  const door = doorOf(page);
  await listen(page);
  await answer(page);
  await saved(page);
  await page.click("button[data-onward]");
  await answer(page, 1);
  await saved(page);
  const hide = page.locator("[data-timer-tools] button").first();
  const time = () => page.textContent("[data-time]");
  assert.match(await time(), /^5\d min left$/);
  await hide.click();
  assert.equal(await time(), "Time hidden");
  await page.waitForTimeout(1500);
  assert.equal(await time(), "Time hidden", "also when the next second is over");
  assert.deepEqual(await heard(page).then(({ polite, urgent }) => [polite, urgent]), [[], []], "saving and the passing time are silent");
  await page.click("text=How much time is left?");
  await page.waitForFunction(() => window.heard.polite.length === 1);
  assert.match((await heard(page)).polite[0], /^5\d min left$/);
  await page.reload();
  assert.equal(await time().then(async () => { await page.waitForSelector("[data-timer-tools] button"); return time(); }), "Time hidden", "remembered");
  await page.goto(`${door}/check`);
  await page.waitForSelector("[data-timer-tools] button");
  assert.equal(await time(), "Time hidden", "on every page of the exam");
  await page.click("text=Show the time");
  await page.goto(`${door}/q/2`);
  await ready(page);
  assert.match(await time(), /^5\d min left$/);

  // The server says how much is left; here it says less than is true.
  await listen(page);
  const says = async (ms) => {
    await page.route("**/clock", async (route) => {
      const seen = await (await route.fetch()).json();
      await route.fulfill({ json: { ...seen, left_ms: ms } });
    });
    await page.evaluate(() => dispatchEvent(new Event("focus")));
  };
  // A request that is being answered meanwhile is answered first.
  const unsays = () => page.unrouteAll({ behavior: "wait" });
  const timer = page.locator(".timer");
  await says(602_000);
  await page.waitForFunction(() => /is-short/.test(document.querySelector(".timer").className));
  assert.deepEqual((await heard(page)).polite, ["10 min left", "10 min left"], "at the jump and at the mark");
  await unsays();
  await says(61_500);
  await page.waitForFunction(() => /^5\d s left$/.test(document.querySelector("[data-time]").textContent));
  assert.match(await timer.getAttribute("class"), /is-last/);
  const { polite, urgent } = await heard(page);
  assert.deepEqual([polite.slice(2), urgent], [["1 min left", "1 min left"], []]);
  await unsays();
  await says(0);
  await page.waitForFunction(() => window.heard.urgent.length === 1);
  assert.match((await heard(page)).urgent[0], /^Time is up\./);
  assert.equal(await page.locator("#question").evaluate((question) => question.inert), true);
  // The server has the last word: more time was given, so it goes on.
  await unsays();
  await page.waitForFunction(() => /^5\d min left$/.test(document.querySelector("[data-time]").textContent));
  assert.equal(await page.locator("#question").evaluate((question) => question.inert), false);
});

test("whoever is signed out in the middle is told, and loses nothing", async () => {
  const page = await candidate("Fanny");
  const other = await page.context().newPage();
  await other.goto("/");
  await other.click("form[action='/sign-out'] button");
  const fields = await answer(page);
  await lineSays(page, /^Not saved: you are signed out/);
  await other.goto("/sign-in");
  await other.fill("#email", emailOf("Fanny"));
  await other.fill("#password", PASSWORD);
  await other.click("main form button");
  await other.waitForURL((url) => url.pathname !== "/sign-in");
  await saved(page);
  assert.equal(await page.locator("[data-notice]").isHidden(), true);
  assert.deepEqual(await onServer(page, 1), fields);
});
