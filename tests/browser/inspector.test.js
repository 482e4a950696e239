// The instructor's pages about submissions in a real browser: the list, a trial, one submission; and what its learner sees.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { looksRight, ROOT, service, signUp, start, stop, visitor } from "./service.js";

before(start);
after(stop);

const LIST = "/teach/exercises/hello-onnx";

test("a learner asks for a review; an instructor looks, tries, decides and answers; all of it is accessible", async () => {
  const ada = await visitor();
  await signUp(ada, "Ada");
  await ada.goto("/exercises/hello-onnx");
  await ada.setInputFiles("#file", join(ROOT, "exercises/hello-onnx/wrong/63_constant_predictor.onnx"));
  await ada.click("section.submit form button");
  await ada.waitForSelector(".sentence", { timeout: 60_000 });
  const result = new URL(ada.url()).pathname;
  await ada.fill("#request", "I think that sample 7 is a one. Please look at its label again.");
  await ada.click("form[action$='/review'] button");
  await ada.waitForURL(/notice=review-sent/);

  const ivy = await visitor();
  await ivy.goto(service.adminLink);
  await ivy.click("main form button");
  await looksRight(ivy, "/teach", "teach-needs");
  await looksRight(ivy, `${LIST}?verdict=below_mark`, "inspector");
  await looksRight(ivy, result, "inspector-submission");
  await ivy.goto(LIST);
  await ivy.check("tbody input[name=id]");
  await ivy.click("button[value=picked]");
  await looksRight(ivy, new URL(ivy.url()).pathname + new URL(ivy.url()).search, "trial-new");
  await ivy.check("#rerun");
  await ivy.click("main form.form button");
  await ivy.waitForURL(/\/shadows\/[0-9a-f-]{36}/);
  const trial = new URL(ivy.url()).pathname;
  for (let tries = 0; tries < 60 && !(await ivy.$(".status.good")); tries += 1) {
    await ivy.waitForTimeout(500);
    await ivy.reload();
  }
  await looksRight(ivy, trial, "trial");

  await ivy.goto(result);
  await ivy.fill("#answer-text", "You are right: sample 7 was labelled wrongly.");
  await ivy.selectOption("#answer-decision", "pass");
  await ivy.click("form[action$='/answer'] button");
  await ivy.waitForURL(/notice=saved/);
  await ada.goto(result);
  assert.match(await ada.textContent(".verdict.good .sentence"), /Passed/);
  assert.match(await ada.textContent(".notice.info"), /labelled wrongly/);
  await looksRight(ada, result, "result-decided");
  await looksRight(ivy, result, "inspector-decided");
});
