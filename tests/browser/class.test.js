// The pages of a class in a real browser: a teacher fills it, sets dates, tells it something and releases grades, without
// JavaScript; every page is accessible and fits 320 px, in both languages and themes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { goto, looksRight, service, signUp, start, stop, visitor } from "./service.js";

const COURSE = "/courses/ai-foundation-models";
const TEACH = `/teach${COURSE}`;

before(start);
after(stop);

test("a teacher runs a class without JavaScript, and every page of it looks right", async () => {
  const learner = await visitor();
  await signUp(learner, "Lise");
  const page = await visitor({ javaScriptEnabled: false });
  await page.goto(service.adminLink);
  await page.click("main form button");
  await goto(page, `${TEACH}/class`);
  await page.fill("#name", "Autumn 2026");
  await page.fill("#zone", "Asia/Shanghai");
  await page.click("main form[action$='/class'] button");
  const cohort = new URL(page.url()).pathname;
  assert.match(cohort, /^\/teach\/cohorts\//);
  await page.click("form[action$='/code'] button");
  const code = await page.textContent("#code ~ p code");

  for (const name of ["Mia", "Noa", "Omar", "Pia"]) await signUp(await visitor(), name);
  const known = ["mia", "noa", "omar", "pia"].map((name) => `${name}@example.org`).join("\n");
  const rows = Array.from({ length: 6 }, (_, n) => `learner${n}@example.org;Learner ${n};S-${n}`).join("\n");
  await page.fill("#list", `邮箱;姓名;学号\n${rows}\n${known}\nnobody\nlearner1@example.org`);
  await page.click("form[action$='/enrol'] button");
  assert.match(await page.textContent("ul.counts"), /4 enrolled[\s\S]*6 invited/);
  await page.click("form[action$='/enrol'] button");
  assert.match(await page.textContent("main"), /The list was carried out/);

  await goto(page, `${cohort}/due`);
  await page.fill("#at-1", "2030-12-01T18:00");
  await page.selectOption("#rule-1", "per_day");
  await page.fill("#number-1", "20");
  await page.fill("#at-4", "2020-12-01T18:00");
  await page.selectOption("#rule-4", "free");
  await page.click("main form[action$='/due'] button");
  assert.equal(await page.inputValue("#at-1"), "2030-12-01T18:00");

  await goto(page, `${TEACH}/announcements`);
  await page.fill("#text_en", "Office hours\nare on Friday.");
  await page.fill("#text_zh", "周五答疑。");
  await page.click("main form[action$='/announcements'] button");

  await goto(learner, `/join/${code}`);
  await learner.click("main form button");
  assert.match(await learner.textContent("main"), /You are in the class\.[\s\S]*Office hours[\s\S]*Quiz: Background[\s\S]*in [\d,]+ days/);

  await goto(page, `${TEACH}/gradebook`);
  const one = await page.getAttribute(".grades tbody a", "href");
  await goto(page, one);
  await page.fill("#percent", "87.5");
  await page.fill("#adjust-reason", "Heard in person");
  await page.click("form[action$='/adjust'] button");
  await page.fill("#until", "2031-01-01T18:00");
  await page.fill("#extend-reason", "Ill");
  await page.click("form[action$='/extend'] button");
  await goto(page, `${TEACH}/gradebook`);
  await page.click("form[action$='/release'] button");
  assert.match(await page.textContent("main"), /Learners see their totals since/);

  // The same teacher in a browser with JavaScript, which the checks themselves need.
  const looker = await visitor();
  await looker.context().addCookies(await page.context().cookies());
  for (const [path, name] of [
    [`${TEACH}/class`, "list"], [cohort, "cohort"], [`${cohort}/due`, "due"], [`${TEACH}/announcements`, "announcements"],
    [`${TEACH}/gradebook`, "gradebook"], [one, "learner"], [`${TEACH}/analytics?item=quiz:background`, "analytics"],
  ]) await looksRight(looker, path, `class-${name}`);
  for (const [path, name] of [["/", "home"], [COURSE, "course"], [`${COURSE}/grades`, "grades"], ["/join", "join"], [`/join/${code}`, "found"]])
    await looksRight(learner, path, `class-learner-${name}`);
});
