// What the browser tests share: the debug `assay` with an embedded database in a folder of its own, a browser, and
// people in it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const PASSWORD = "correct horse battery";
export const shown = process.env.ASSAY_SCREENSHOTS;
export const service = { address: null, adminLink: null, browser: null };

let own;

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

// One installation: its address, the administrator's first link, and the way to end it.
export async function launch() {
  const folder = mkdtempSync(join(tmpdir(), "assay-browser-"));
  // As root the database runs as somebody else, who must be able to enter.
  chmodSync(folder, 0o755);
  const [port, operator] = [await freePort(), await freePort()];
  const address = `http://localhost:${port}`;
  const env = {
    ...process.env,
    ASSAY_DATA: join(folder, "data"),
    ASSAY_LISTEN: `127.0.0.1:${port}`,
    ASSAY_OPERATOR_LISTEN: `127.0.0.1:${operator}`,
    ASSAY_BASE_URL: address,
  };
  delete env.DATABASE_URL;
  const server = spawn(join(ROOT, "target/debug/assay"), ["serve", "--setup"], { cwd: ROOT, env, stdio: ["ignore", "pipe", "inherit"] });
  const adminLink = await new Promise((resolve, reject) => {
    let said = "";
    server.stdout.on("data", (text) => {
      said += text;
      const link = said.match(/http:\S+sign-in\/link\/\S+/)?.[0];
      if (link) resolve(link);
    });
    server.on("exit", (code) => reject(new Error(`assay ended with ${code}: ${said}`)));
  });
  const end = async () => {
    if (server.exitCode === null) {
      const ended = new Promise((resolve) => server.on("exit", resolve));
      server.kill("SIGINT");
      assert.equal(await ended, 0, "Ctrl-C ends it cleanly");
    }
    // The background set-up of an environment may still be writing.
    for (let tries = 0; ; tries += 1) {
      try {
        rmSync(folder, { recursive: true, force: true });
        return;
      } catch (error) {
        if (tries === 20) throw error;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  };
  return { address, adminLink, end };
}

export async function start() {
  own = await launch();
  Object.assign(service, { address: own.address, adminLink: own.adminLink });
  service.browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

export async function stop() {
  await service.browser?.close();
  await own?.end();
}

export async function visitor(options = {}) {
  const context = await service.browser.newContext({ baseURL: service.address, locale: "en-GB", timezoneId: "Asia/Shanghai", ...options });
  return context.newPage();
}

export async function signUp(page, name) {
  await page.goto("/sign-up");
  await page.fill("#email", emailOf(name));
  await page.fill("#name", name);
  await page.fill("#password", PASSWORD);
  await page.click("main form button");
  await page.goto(await page.getAttribute("#mail a", "href"));
  await page.fill("#password", PASSWORD);
  await page.click("main form button");
  await page.waitForURL(/notice=welcome/);
}

export function emailOf(name) {
  return `${name.toLowerCase()}@example.org`;
}

export async function goto(page, path) {
  await page.goto(path);
  return page;
}

export async function accessible(page, name) {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  const told = violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  assert.deepEqual(told, [], name);
}

export async function narrow(page, name) {
  await page.setViewportSize({ width: 320, height: 800 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  const beyond = await page.evaluate(() => [...document.querySelectorAll("main *")]
    .filter((element) => element.getBoundingClientRect().right > 321 && !element.closest(".scroll, pre"))
    .map((element) => element.outerHTML.slice(0, 80)).slice(-3));
  assert.ok(wide <= 320, `${name} is ${wide} px wide at 320 px: ${beyond.join(" | ")}`);
  await page.setViewportSize({ width: 1280, height: 900 });
}

// With the buttons that everybody has: for people who are signed in, the choice is kept with the account.
export async function choose(page, path, theme, lang) {
  await page.goto(path);
  for (const button of [`footer button[value=${theme}]`, `header button[value=${lang}]`]) {
    // The language in use has no button.
    if (await page.$(button)) await Promise.all([page.waitForNavigation(), page.click(button)]);
  }
  await page.goto(path);
}

export async function looksRight(page, path, name) {
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
