// The course editors in a real browser: accessible, 320 px, both languages; all of it without JavaScript but the live
// preview.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { looksRight, service, start, stop, visitor } from "./service.js";

const COURSE = "/teach/courses/sums";
const MODULE = `${COURSE}/modules/introduction`;

before(start);
after(stop);

// The administrator, by the link that is printed once.
async function instructor(options) {
  const page = await visitor(options);
  await page.goto(service.adminLink);
  await page.click("main form button");
  await page.goto("/teach/courses");
  return page;
}

test("a course is begun, written and checked without JavaScript, on pages that everybody can use", async () => {
  const page = await instructor({ javaScriptEnabled: false });
  await page.fill("#title_en", "Sums");
  await page.fill("#title_zh", "加法");
  await page.fill("#slug", "sums");
  await page.click("main form button");
  await page.goto(`${MODULE}`);
  await page.fill("#text_en", "One and one is **two**.\n\n$x^$");
  await page.click("button[value=preview]");
  assert.match(await page.textContent("#preview-en strong >> nth=-1"), /two/);
  assert.equal(await page.locator("#preview-en .notice li").count(), 1, "the fault is told with its line");
  await page.fill("#text_en", "One and one is **two**.");
  await page.click("button[value=save]");
  assert.equal(await page.textContent("#preview-en strong"), "two");
  await page.goto(COURSE);
  await page.click("summary:has-text('Add an exam')");
  await page.fill("#exam-slug", "sums-exam");
  await page.fill("#exam-en", "Sums exam");
  await page.fill("#exam-zh", "加法考试");
  await page.click("details[open] button");
  assert.match(page.url(), /exams\/sums-exam/);
  const kinds = ["multiple", "true_false", "numeric", "parameterised", "text", "ordering", "matching", "blanks"];
  for (const kind of kinds) {
    await page.goto(`${MODULE}/items`);
    await page.selectOption("#kind", kind);
    await page.click("button[value=add]");
  }
  // A gap shows the fields of its kind, as soon as that is chosen.
  assert.equal(await page.isVisible("#gap0_accepted"), false);
  await page.check("[name=gap0_kind][value=text]");
  assert.equal(await page.isVisible("#gap0_accepted"), true);
  await page.fill("#gap0_accepted", "some");
  await page.click(".editor button");
  assert.equal(await page.inputValue("#gap0_accepted"), "some");
  // What is no number is told beside its field, and all that was typed stays.
  await page.goto(`${MODULE}/items/question-4?notice=saved`);
  await page.fill("#tolerance", "two");
  await page.fill("#mistake0_answer", "600");
  await page.click(".editor button");
  assert.match(await page.textContent("#tolerance-fault"), /"two" is not a number/);
  assert.equal(await page.inputValue("#mistake0_answer"), "600");
  assert.equal(await page.locator(".notice.success").count(), 0, "nothing says that it was saved");
  // Signed in, with JavaScript: the pages as most people have them.
  const state = await page.context().storageState();
  const own = await visitor({ storageState: state });
  for (const [path, name] of [
    ["/teach/courses", "editor-list"], [COURSE, "editor-outline"], [`${COURSE}/settings`, "editor-settings"],
    [MODULE, "editor-lesson"], [`${MODULE}/remove`, "editor-remove"], [`${MODULE}/items`, "editor-items"],
    [`${MODULE}/items/question-1`, "editor-item"], [`${MODULE}/items/question-1?as=toml`, "editor-item-toml"],
    [`${COURSE}/exams/sums-exam`, "editor-exam"], [`${COURSE}/exams/sums-exam/paper?seed=1`, "editor-paper"],
    [`${COURSE}/exams/sums-exam/banks/basics`, "editor-bank"], [`${COURSE}/file?path=course.toml`, "editor-file"],
    [`${COURSE}/history`, "editor-history"], [`${COURSE}/preview`, "editor-preview"],
    [`${COURSE}/preview/introduction`, "editor-preview-lesson"], [`${COURSE}/preview/introduction/quiz`, "editor-preview-quiz"],
    ["/teach/courses/ai-foundation-models", "editor-read-only"],
  ]) await looksRight(own, path, name);
  for (const [place, kind] of kinds.entries()) {
    await looksRight(own, `${MODULE}/items/question-${place + 2}`, `editor-item-${kind}`);
  }
  await own.goto(`${COURSE}/history`);
  await own.click("tbody a >> nth=0");
  await own.click("main ul a >> nth=0");
  await looksRight(own, new URL(own.url()).pathname + new URL(own.url()).search, "editor-revision");
  // Live: half a second after the last letter, without a button.
  await own.goto(MODULE);
  await own.fill("#text_en", "One and one is *three*.");
  await own.waitForSelector("#preview-en em");
  assert.equal(await own.textContent("#preview-en em"), "three");
});
