// The pages in a real browser: no axe violations, no sideways scrolling at 320 px, live progress, and the whole way
// without JavaScript.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accessible, choose, goto, looksRight, narrow, ROOT, service, shown, signUp, start, stop, visitor } from "./service.js";

const COURSE = "/courses/ai-foundation-models";

before(start);
after(stop);

async function submit(page, exercise, file) {
  await page.goto(`/exercises/${exercise}`);
  await page.setInputFiles("#file", join(ROOT, file));
  await page.click("section.submit form button");
  await page.waitForURL(/\/submissions\//);
}

test("pages for everybody are accessible and fit 320 px, in both languages and themes", async () => {
  const page = await visitor();
  for (const [path, name] of [
    ["/", "home"], ["/courses", "courses"], [COURSE, "course"], [`${COURSE}/background`, "lesson"], [`${COURSE}/core-concepts`, "lesson-diagram"],
    ["/exercises", "exercises"], ["/exercises/mnist-digits", "exercise"], ["/verify", "verify"], ["/verify/AS-0000", "verify-unknown"],
    ["/sign-in", "sign-in"], ["/sign-up", "sign-up"], ["/help", "help"], ["/privacy", "privacy"], ["/nowhere", "not-found"],
  ]) await looksRight(page, path, name);
});

test("a learner sees progress live, then the result, and both are accessible", async () => {
  const page = await visitor();
  await signUp(page, "Ada");
  await submit(page, "mnist-digits", "exercises/mnist-digits/right/keras_cnn_tf_nhwc_tf2onnx.onnx");
  // The page changes by itself: nobody reloads it here.
  await page.waitForSelector(".sentence", { timeout: 60_000 });
  assert.match(await page.textContent(".sentence"), /^Passed\. 98\.59 % of 10,000 images correct/);
  const result = new URL(page.url()).pathname;
  await page.reload();
  assert.match(await page.textContent("dl.facts time >> nth=0"), /\(UTC\+8\)/, "times are in the browser's zone");
  for (const [path, name] of [
    [result, "result"], ["/", "home-learner"], ["/submissions", "submissions"], ["/settings", "settings"], ["/settings/tokens", "tokens"],
    ["/settings/certificate-name", "certificate-name"], ["/certificates", "certificates"],
  ]) {
    await accessible(await goto(page, path), name);
    await narrow(page, name);
    if (shown) await page.screenshot({ path: join(shown, `${name}.png`), fullPage: true });
  }
  await page.click("footer button[value=dark]");
  await accessible(await goto(page, result), "result in dark");
  if (shown) await page.screenshot({ path: join(shown, "result-dark.png"), fullPage: true });
  await page.click("header button[value=zh]");
  await accessible(await goto(page, result), "result in Chinese");
  if (shown) {
    await page.setViewportSize({ width: 320, height: 800 });
    await page.screenshot({ path: join(shown, "result-zh-320.png"), fullPage: true });
  }
});

test("results of every kind are accessible: sealed, practice, tables, texts, two files", async () => {
  const page = await visitor();
  await signUp(page, "Mary");
  for (const [name, exercise, file, sentence] of [
    ["result-sealed", "mnist-digits", "tests/models/lookup/naive.onnx", /^Not passed yet\. 100\.00 % of 10,000 images correct/],
    ["result-practice", "mnist-digits", "exercises/mnist-digits/right/v_float_raw255.onnx", /input does not fit/],
    ["result-format", "mnist-digits", "tests/hostile/50_zip_magic.onnx", /Not a usable model/],
    ["result-table", "breast-cancer", "exercises/breast-cancer/wrong/neighbours_miss_malignant.onnx", /^Not passed yet\. Balanced accuracy/],
    ["result-text", "course-questions", "exercises/course-questions/right/words_logreg.onnx", /^Passed/],
    ["result-fashion", "fashion-mnist", "exercises/fashion-mnist/right/cnn_flips_long.onnx", /^Passed with distinction/],
  ]) {
    await choose(page, "/", "light", "en");
    await submit(page, exercise, file);
    await page.waitForSelector(".sentence", { timeout: 60_000 });
    assert.match(await page.textContent(".sentence"), sentence, name);
    await looksRight(page, new URL(page.url()).pathname, name);
  }
  for (const exercise of ["breast-cancer", "course-questions", "fashion-mnist"]) await looksRight(page, `/exercises/${exercise}`, exercise);
  await choose(page, "/", "light", "en");
  await page.goto("/exercises/hello-onnx");
  await page.setInputFiles("#file", join(ROOT, "tests/models/zoo/torch_dynamo/model.onnx"));
  await page.click("summary:has-text('second file')");
  await page.setInputFiles("#weights", join(ROOT, "tests/models/zoo/torch_dynamo/model.onnx.data"));
  await page.selectOption("#scale", "custom");
  await page.click("summary:has-text('mean and standard deviation')");
  await page.fill("#mean_std", "0.1307,0.3081");
  await page.click("section.submit form button");
  await page.waitForSelector(".sentence", { timeout: 60_000 });
  assert.match(await page.textContent(".sentence"), /^Passed/);
});

test("the whole way works without JavaScript, up to a certificate that a stranger verifies", async () => {
  const page = await visitor({ javaScriptEnabled: false });
  await signUp(page, "Grace");
  for (const module of ["background", "core-concepts", "digits"]) await passQuiz(page, `${COURSE}/${module}/quiz`);
  await page.goto("/settings/certificate-name");
  await page.fill("#certificate_name", "Grace Hopper");
  await page.check("#confirmed");
  await page.click("main form button");
  await submit(page, "mnist-digits", "exercises/mnist-digits/right/v_flat784.onnx");
  for (let tries = 0; tries < 60 && !(await page.$(".sentence")); tries += 1) {
    await page.waitForTimeout(1000);
    await page.reload();
  }
  await page.goto("/certificates");
  await page.click("a[href^='/certificates/']");
  assert.equal((await page.textContent(".certificate-name")).trim(), "Grace Hopper");
  const path = new URL(page.url()).pathname;
  const verify = new URL(await page.getAttribute("a[href*='/verify/']:not([href$='.json'])", "href"), service.address).pathname;
  if (shown) await page.screenshot({ path: join(shown, "certificate.png"), fullPage: true });
  const stranger = await visitor();
  await looksRight(stranger, verify, "verify-valid");
  assert.equal((await stranger.goto(path)).url().includes("/sign-in"), true, "the holder's page is the holder's");
});

// Fails, reads the explanations, tries again: the page that asks never tells, the page that marks does.
async function passQuiz(page, quiz) {
  const right = new Set();
  const words = async (element) => (await element.textContent()).replace(/\s+/g, "");
  for (let attempt = 0; attempt < 24; attempt += 1) {
    await page.goto(quiz);
    await page.click("main form button");
    for (const question of await page.$$("form.paper fieldset")) {
      const options = await question.$$("label.choice");
      const known = [];
      for (const option of options) if (right.has(await words(option))) known.push(option);
      for (const option of known.length ? known : options.slice(0, 1)) await option.click();
    }
    await page.click("form.paper button");
    if (await page.$(".notice.success")) return;
    for (const option of await page.$$(".explained li")) {
      if (/^(Right|Your choice, right)/.test(await verdictOf(option))) right.add(await words(await option.$(".option")));
    }
  }
  assert.fail(`${quiz} was not passed with everything known`);
}

async function verdictOf(option) {
  return (await (await option.$(".status")).innerText()).replace(/^[^A-Za-z]+/, "");
}

let administrator;

test("administrators' pages are accessible", async () => {
  const page = await visitor();
  await page.goto(service.adminLink);
  await page.click("main form button");
  administrator = await page.context().cookies();
  for (const [path, name] of [["/admin", "admin"], ["/admin/jobs", "jobs"], ["/admin/people", "people"], ["/admin/certificates", "admin-certificates"], ["/admin/audit", "audit"], ["/admin/storage", "storage"], ["/admin/keys", "keys"], ["/admin/settings", "admin-settings"], ["/admin/capacity", "capacity"], ["/teach", "teach"]]) {
    await accessible(await goto(page, path), name);
    await narrow(page, name);
    if (shown) await page.screenshot({ path: join(shown, `${name}.png`), fullPage: true });
  }
});

test("the certificates of a course are listed for its staff, and one is revoked without JavaScript", async () => {
  const owner = await visitor({ javaScriptEnabled: false });
  await owner.context().addCookies(administrator);
  const looker = await visitor();
  await looker.context().addCookies(administrator);
  const list = `/teach${COURSE}/certificates`;
  await looksRight(looker, list, "course-certificates");
  await choose(looker, list, "light", "en");
  await owner.goto(`${list}?q=grace&standing=valid`);
  assert.match(await owner.textContent("main tbody"), /Grace Hopper/);
  await owner.click("tbody a[href$='/revoke']");
  const page = new URL(owner.url()).pathname;
  await looksRight(looker, page, "certificate-revoke");
  await choose(looker, page, "light", "en");
  await owner.fill("#reason", "x".repeat(501));
  await owner.click("main form button");
  assert.match(await owner.textContent("#reason-fault"), /Give the reason/);
  assert.equal((await owner.inputValue("#reason")).length, 501, "what was typed is kept");
  await owner.fill("#reason", "The model was handed in by somebody else, who has asked for it back in writing.");
  await owner.click("main form button");
  assert.match(await owner.textContent(".notice.success"), /revoked/);
  await looksRight(looker, list, "course-certificates-revoked");
  await looksRight(looker, page, "certificate-already-revoked");
});
