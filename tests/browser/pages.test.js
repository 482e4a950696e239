// The pages in a real browser: no axe violations, no sideways scrolling at 320 px, live progress, and the whole way
// without JavaScript. Starts the debug `assay` with an embedded database in a folder of its own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PASSWORD = "correct horse battery";
const COURSE = "/courses/ai-foundation-models";

let folder, server, address, browser, adminLink;

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "assay-browser-"));
  // As root the database runs as somebody else, who must be able to enter.
  chmodSync(folder, 0o755);
  const [port, operator] = [await freePort(), await freePort()];
  address = `http://localhost:${port}`;
  const env = {
    ...process.env,
    ASSAY_DATA: join(folder, "data"),
    ASSAY_LISTEN: `127.0.0.1:${port}`,
    ASSAY_OPERATOR_LISTEN: `127.0.0.1:${operator}`,
    ASSAY_BASE_URL: address,
  };
  delete env.DATABASE_URL;
  server = spawn(join(ROOT, "target/debug/assay"), ["serve", "--setup"], { cwd: ROOT, env, stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve, reject) => {
    let said = "";
    server.stdout.on("data", (text) => {
      said += text;
      adminLink = said.match(/http:\S+sign-in\/link\/\S+/)?.[0];
      if (adminLink) resolve();
    });
    server.on("exit", (code) => reject(new Error(`assay ended with ${code}: ${said}`)));
  });
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});

after(async () => {
  await browser?.close();
  if (server && server.exitCode === null) {
    const ended = new Promise((resolve) => server.on("exit", resolve));
    server.kill("SIGINT");
    assert.equal(await ended, 0, "Ctrl-C ends it cleanly");
  }
  rmSync(folder, { recursive: true, force: true });
});

async function visitor(options = {}) {
  const context = await browser.newContext({ baseURL: address, locale: "en-GB", timezoneId: "Asia/Shanghai", ...options });
  return context.newPage();
}

async function signUp(page, name) {
  const email = `${name.toLowerCase()}@example.org`;
  await page.goto("/sign-up");
  await page.fill("#email", email);
  await page.fill("#name", name);
  await page.fill("#password", PASSWORD);
  await page.click("main form button");
  await page.goto(await page.getAttribute("#mail a", "href"));
  await page.fill("#password", PASSWORD);
  await page.click("main form button");
  await page.waitForURL(/notice=welcome/);
}

async function accessible(page, name) {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  const told = violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  assert.deepEqual(told, [], name);
}

async function narrow(page, name) {
  await page.setViewportSize({ width: 320, height: 800 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 320, `${name} is ${wide} px wide at 320 px`);
  await page.setViewportSize({ width: 1280, height: 900 });
}

async function submit(page, exercise, file) {
  await page.goto(`/exercises/${exercise}`);
  await page.setInputFiles("#file", join(ROOT, file));
  await page.click("section.submit form button");
  await page.waitForURL(/\/submissions\//);
}

const shown = process.env.ASSAY_SCREENSHOTS;

// With the buttons that everybody has: for people who are signed in, the choice is kept with the account.
async function choose(page, path, theme, lang) {
  await page.goto(path);
  for (const button of [`footer button[value=${theme}]`, `header button[value=${lang}]`]) {
    // The language in use has no button.
    if (await page.$(button)) await Promise.all([page.waitForNavigation(), page.click(button)]);
  }
  await page.goto(path);
}

async function looksRight(page, path, name) {
  for (const [theme, lang] of [["light", "en"], ["dark", "zh"]]) {
    await choose(page, path, theme, lang);
    const where = `${name}-${lang}-${theme}`;
    await accessible(page, where);
    await narrow(page, where);
    if (shown) {
      await page.screenshot({ path: join(shown, `${where}.png`), fullPage: true });
      await page.setViewportSize({ width: 320, height: 800 });
      await page.screenshot({ path: join(shown, `${where}-320.png`), fullPage: true });
      await page.setViewportSize({ width: 1280, height: 900 });
    }
  }
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

async function goto(page, path) {
  await page.goto(path);
  return page;
}

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
  const verify = new URL(await page.getAttribute("a[href*='/verify/']:not([href$='.json'])", "href"), address).pathname;
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

test("administrators' pages are accessible", async () => {
  const page = await visitor();
  await page.goto(adminLink);
  await page.click("main form button");
  for (const [path, name] of [["/admin", "admin"], ["/admin/jobs", "jobs"], ["/admin/people", "people"], ["/admin/certificates", "admin-certificates"], ["/teach", "teach"]]) {
    await accessible(await goto(page, path), name);
    await narrow(page, name);
    if (shown) await page.screenshot({ path: join(shown, `${name}.png`), fullPage: true });
  }
});
