// An instructor's first exercise in a real browser: from a table to a published exercise, a mark that is tried and
// dropped, and the same results in another installation.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { accessible, choose, emailOf, launch, looksRight, narrow, ROOT, service, signUp, start, stop, visitor } from "./service.js";

const SOURCE = join(ROOT, "exercises/course-questions");
const EDIT = "/teach/exercises/topics/edit";
const GOOD = join(SOURCE, "right/words_svm_two_dimensions.onnx");

before(start);
after(stop);

async function saved(page, button) {
  await Promise.all([page.waitForNavigation(), page.click(button)]);
}

async function administrator(link, baseURL) {
  const page = await visitor(baseURL ? { baseURL } : {});
  await page.goto(link);
  await page.click("main form button");
  return page;
}

async function addExample(page, as, file) {
  await page.goto(EDIT);
  if (!(await page.isVisible("#example"))) await page.click("summary:has-text('Add a file')");
  await page.selectOption("#as", as);
  await page.setInputFiles("#example", file);
  await saved(page, "form[action$='/examples'] button");
}

async function tryOut(page) {
  await saved(page, "form[action$='/try'] button");
  for (let looks = 0; looks < 120 && (await page.$(".notice[role=status]")); looks += 1) {
    await page.waitForTimeout(500);
    await page.goto(EDIT);
  }
}

async function submit(page, file) {
  await page.goto("/exercises/topics");
  await page.setInputFiles("#file", file);
  await page.click("section.submit form button");
  await page.waitForSelector(".sentence", { timeout: 60_000 });
  return page.textContent(".sentence");
}

function graded(folder, seal) {
  const args = ["grade", "topics", GOOD, "--content", folder, "--seal", seal, "--json"];
  const { score, sealed, passed } = JSON.parse(execFileSync(join(ROOT, "target/debug/assay"), args, { encoding: "utf8" }));
  return { score, sealed: sealed.score, passed };
}

function unpacked(archive) {
  const folder = mkdtempSync(join(tmpdir(), "assay-export-"));
  execFileSync("python3", ["-m", "zipfile", "-e", archive, folder]);
  return folder;
}

async function exported(page, path) {
  const answer = await page.context().request.get(path);
  const archive = join(mkdtempSync(join(tmpdir(), "assay-archive-")), "export.zip");
  writeFileSync(archive, await answer.body());
  return archive;
}

test("an exercise is authored from a table, proven, passed, reconsidered, exported and graded alike elsewhere", async () => {
  const boss = await administrator(service.adminLink);
  // Nothing here needs JavaScript; the administrator's browser has it, for axe and for the live preview.
  const ines = await visitor({ javaScriptEnabled: false });
  await signUp(ines, "Ines");
  await boss.goto(`/admin/people?text=${emailOf("Ines")}`);
  await boss.click("main td a, main th a");
  await boss.selectOption("#role", "instructor");
  await saved(boss, "form:has(#role) button");

  await ines.goto("/teach/courses");
  await ines.fill("#title_en", "Words");
  await ines.fill("#title_zh", "词语");
  await ines.fill("#slug", "words");
  await saved(ines, "main form.form button");
  await ines.goto("/teach/courses/words/exercises/new");
  await ines.fill("#title_en", "Topics");
  await ines.fill("#title_zh", "主题");
  await ines.fill("#slug", "topics");
  await saved(ines, "main form.form button");
  assert.equal(new URL(ines.url()).pathname, EDIT);

  await ines.check("#mode-parts");
  await ines.click("summary:has-text('Files of each part')");
  await ines.setInputFiles("#public", join(SOURCE, "data/public.csv"));
  await ines.setInputFiles("#hidden", join(SOURCE, "data/hidden.csv"));
  await ines.click("summary:has-text('Columns, arrays')");
  await ines.fill("#label", "topic");
  await ines.fill("#columns", "text");
  await saved(ines, "form[action$='/data'] button");
  assert.match(await ines.textContent("#data + ul"), /data\/hidden\.csv[^]*hidden: never served/);

  await ines.fill("#summary_en", "Which topic is it?");
  await ines.fill("#summary_zh", "属于哪个主题？");
  await ines.fill("#pass", "0.88");
  await ines.selectOption("#sealing", "text");
  await ines.fill("#sealed_mark", "0.85");
  await saved(ines, "form[action$='/settings'] button");

  await addExample(ines, "right", join(SOURCE, "wrong/words_one_case.onnx"));
  await tryOut(ines);
  assert.match(await ines.textContent("#examples ~ .scroll tbody"), /Below the mark/, "the sealed mark is not reached");
  await saved(ines, "form[action$='/publish'] button");
  assert.match(await ines.textContent("main"), /have not all come out as expected/);

  await ines.goto(EDIT);
  await saved(ines, "button[aria-label='Remove right/words_one_case.onnx']");
  await addExample(ines, "right", GOOD);
  await addExample(ines, "wrong", join(SOURCE, "wrong/words_one_case.onnx"));
  await tryOut(ines);
  await saved(ines, "form[action$='/publish'] button");
  assert.match(await ines.textContent(".notice.success"), /Published/);
  await looksRight(boss, EDIT, "exercise-edit");
  await looksRight(boss, "/teach/courses/words/staff", "course-staff");
  await looksRight(boss, "/teach/courses/words/exercises/new", "exercise-new");
  await choose(boss, EDIT, "light", "en");
  await boss.fill("#en", "Sort **these** questions.");
  await boss.waitForSelector("#preview-en strong:has-text('these')");

  // Two authors meet in one text: both are shown, and the second decides.
  await ines.goto(EDIT);
  await saved(boss, "form[action$='/statement'] button");
  await ines.fill("#en", "Sort those questions.");
  await saved(ines, "form[action$='/statement'] button");
  assert.match(await ines.textContent("main pre"), /Sort \*\*these\*\* questions/);
  assert.equal(await ines.inputValue("#text"), "Sort those questions.");
  await saved(ines, "main form:has(#text) button");
  await boss.goto(EDIT);
  assert.equal(await boss.inputValue("#en"), "Sort those questions.");
  await boss.fill("#zh", "一");
  await ines.goto(EDIT);
  await ines.fill("#zh", "二");
  await saved(ines, "form[action$='/statement'] button");
  await saved(boss, "form[action$='/statement'] button");
  await accessible(boss, "conflict");
  await narrow(boss, "conflict");
  await saved(ines, "form[action$='/publish'] button");

  await boss.goto("/teach/courses/ai-foundation-models");
  await boss.fill("form[action$='/fork'] input[name=slug]", "my-digits");
  await saved(boss, "form[action$='/fork'] button");
  await boss.goto("/teach/courses/my-digits/settings");
  await boss.fill("#signatory", "Professor Maria-Magdalena von und zu Hohenstein-Weissenfels 李明");
  await boss.fill("#signatory_role_en", "Course lead and head of the laboratory of machine learning");
  await boss.fill("#signatory_role_zh", "课程负责人、机器学习实验室主任");
  await saved(boss, "form.editor .actions button");
  await looksRight(boss, "/teach/courses/my-digits/settings", "course-settings");
  await looksRight(boss, "/teach/courses/my-digits/certificate", "certificate-preview");
  await looksRight(boss, "/teach/courses/my-digits/exams/my-digits-mnist-practitioner/certificate", "certificate-preview-exam");

  const ada = await visitor();
  await signUp(ada, "Ada");
  const sentence = await submit(ada, GOOD);
  assert.match(sentence, /^Passed\./);

  // A higher mark: who would move? Nobody is moved by looking.
  await ines.goto(EDIT);
  await ines.fill("#pass", "0.99");
  await saved(ines, "form[action$='/settings'] button");
  await saved(ines, "form[action$='/compare'] button");
  await saved(ines, "main form.form button");
  for (let looks = 0; looks < 60 && !(await ines.$("main .status.good")); looks += 1) {
    await ines.waitForTimeout(500);
    await ines.reload();
  }
  assert.match(await ines.textContent("main table tbody"), /Ada[^]*From passed to not passed/);
  await saved(ines, "form[action$='/discard'] button");
  await ada.reload();
  assert.equal(await ada.textContent(".sentence"), sentence, "a trial changes nothing");
  await ines.goto(EDIT);
  await ines.fill("#pass", "0.88");
  await saved(ines, "form[action$='/settings'] button");

  const archive = await exported(ines, "/teach/courses/words/export");
  const other = await launch();
  const folders = [unpacked(archive)];
  try {
    const olga = await administrator(other.adminLink, other.address);
    await olga.goto("/teach/import");
    await olga.setInputFiles("#file", archive);
    await saved(olga, "main form button");
    assert.match(await olga.textContent("main"), /courses\/words[^]*as a draft of the course words[^]*exercises\/topics/);
    await looksRight(olga, new URL(olga.url()).pathname, "import-report");
    await olga.click("header button[value=en]").catch(() => {});
    await olga.reload();
    await saved(olga, "main form:has(.actions) button");
    await olga.goto(EDIT);
    await tryOut(olga);
    await saved(olga, "form[action$='/publish'] button");
    const bo = await visitor({ baseURL: other.address });
    await signUp(bo, "Bo");
    const there = await submit(bo, GOOD);
    assert.equal(there.split("%")[0], sentence.split("%")[0], "the same open result");
    folders.push(unpacked(await exported(olga, "/teach/courses/words/export")));
    const [here, elsewhere] = folders.map((folder) => graded(folder, "one seal"));
    assert.deepEqual(elsewhere, here, "the same open and sealed result under the same seal");
    assert.ok(here.passed && here.sealed > 0.85);
  } finally {
    await other.end();
    for (const folder of [...folders, dirname(archive)]) rmSync(folder, { recursive: true, force: true });
  }
});
