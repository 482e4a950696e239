// The exam room: questions change without a request, every change is queued for sending, and answers that did not reach
// the server before the page was loaded anew are put back. Without this file every button of the form saves and leads on.
"use strict";

(() => {
  const room = document.getElementById("room");
  if (!room || !exam) return;
  const words = room.dataset;
  const { base, first, fill } = exam;
  const panel = document.getElementById("question");
  const flagged = room.querySelector("input[name=flagged]");
  const flagButton = room.querySelector("button[value=flag]");
  const onward = room.querySelector("button[data-onward]");
  const back = room.querySelector("button[value=previous]");
  const steps = [...room.querySelectorAll(".steps-grid button")];
  const numberOf = (button) => Number(button.value.slice(2));
  const last = numberOf(steps[steps.length - 1]);
  let current = Number(words.number);

  // ---- The fields of a question, which may be off the page.
  const controls = (node) => [...node.querySelectorAll("input, select, textarea")];
  const isChoice = (control) => control.type === "radio" || control.type === "checkbox";
  const fields = (node) => controls(node).filter((control) => !isChoice(control) || control.checked).map((control) => [control.name, control.value]);
  const isAnswered = (node) => fields(node).some(([, value]) => value.trim() !== "");
  const put = (node, saved) => {
    for (const control of controls(node)) {
      const values = saved.filter(([name]) => name === control.name).map(([, value]) => value);
      if (isChoice(control)) control.checked = values.includes(control.value);
      else control.value = values[0] ?? "";
    }
  };

  const questions = new Map();
  const contentOf = (question) => JSON.stringify([fields(question.node), question.flagged]);
  // Puts an answer back that did not reach the server before the page was loaded, unless the server has a later one.
  const overruled = [];
  const add = (number, node, revision, isFlagged) => {
    const question = { node, revision, flagged: isFlagged };
    const mine = exam.unsent.get(number);
    if (mine && mine.revision > revision) {
      put(node, mine.fields);
      question.flagged = mine.flagged;
    } else if (mine) {
      if (JSON.stringify(mine.fields) !== JSON.stringify(fields(node))) overruled.push(number - first + 1);
      exam.forget(number);
    }
    question.content = contentOf(question);
    questions.set(number, question);
  };
  const tellOverruled = () => {
    if (overruled.length) exam.notice("overruled", fill(exam.words.overruled, overruled.sort((a, b) => a - b).join(", ")));
  };
  add(current, panel.firstElementChild, Number(words.revision), flagged.value === "1");

  const states = new Map(steps.map((button) => [numberOf(button), { answered: button.classList.contains("answered"), flagged: button.classList.contains("flagged") }]));
  // Only those without an answer, for as long as that is wanted.
  let onlyOpen = false;
  const filter = document.createElement("button");
  filter.type = "button";
  filter.className = "plain small";
  filter.textContent = words.onlyOpen;
  filter.setAttribute("aria-pressed", "false");
  filter.addEventListener("click", () => {
    onlyOpen = !onlyOpen;
    filter.setAttribute("aria-pressed", String(onlyOpen));
    paint();
  });
  room.querySelector("[data-unanswered-count]").after(filter);
  const paint = () => {
    for (const button of steps) {
      const number = numberOf(button);
      const state = states.get(number);
      const question = questions.get(number);
      if (question) {
        state.answered = isAnswered(question.node);
        state.flagged = question.flagged;
      }
      button.classList.toggle("answered", state.answered);
      button.classList.toggle("flagged", state.flagged);
      const word = state.answered ? (state.flagged ? words.answeredFlagged : words.answered) : (state.flagged ? words.flagged : words.open);
      button.setAttribute("aria-label", fill(word, number - first + 1));
      if (number === current) button.setAttribute("aria-current", "step"); else button.removeAttribute("aria-current");
      button.parentElement.hidden = onlyOpen && state.answered && number !== current;
    }
    room.querySelector("[data-unanswered-count]").textContent = fill(words.unanswered, [...states.values()].filter((state) => !state.answered).length);
    const question = questions.get(current);
    flagged.value = question.flagged ? "1" : "";
    flagButton.setAttribute("aria-pressed", String(question.flagged));
    back.hidden = current === first;
    onward.value = current === last ? "check" : "next";
    onward.textContent = current === last ? words.check : words.next;
  };

  let timer = null;
  const changed = (wait) => {
    const question = questions.get(current);
    const content = contentOf(question);
    // Leaving a field tells of its change once more.
    if (content === question.content) return;
    question.content = content;
    exam.queue(current, question.revision, fields(question.node), question.flagged);
    paint();
    clearTimeout(timer);
    timer = setTimeout(exam.send, wait);
  };
  panel.addEventListener("input", () => changed(800));
  panel.addEventListener("change", () => changed(100));
  exam.onSaved = (number, revision) => { questions.get(number).revision = revision; };

  // ---- From question to question.
  const place = (number) => `${base}/q/${number}`;
  const show = (number) => {
    current = number;
    panel.replaceChildren(questions.get(number).node);
    room.action = place(number);
    const asked = document.querySelector("[data-ask-number]");
    if (asked) asked.value = String(number);
    document.title = document.title.replace(/\d+/, String(number - first + 1));
    paint();
  };
  const goTo = (number, isNew) => {
    if (number === current) return;
    exam.send();
    if (isNew) history.pushState(null, "", place(number));
    show(number);
    const heading = panel.querySelector("h2");
    heading.tabIndex = -1;
    heading.focus();
  };
  // Back leads to a question's heading, as every other way does, not to where the window stood.
  history.scrollRestoration = "manual";
  addEventListener("popstate", () => {
    const number = Number(location.pathname.split("/").pop());
    if (questions.has(number)) goTo(number, false); else location.reload();
  });
  const target = (go) => {
    if (go === "next") return current + 1;
    if (go === "previous") return current - 1;
    return go.startsWith("q:") ? Number(go.slice(2)) : null;
  };
  let isReady = false;
  room.addEventListener("submit", async (event) => {
    if (isReady) return;
    event.preventDefault();
    const go = event.submitter?.value ?? "stay";
    const number = target(go);
    if (go === "flag") {
      questions.get(current).flagged = !questions.get(current).flagged;
      changed(0);
    } else if (questions.has(number)) {
      goTo(number, true);
    } else if (await exam.ready()) {
      // To the server: the check, a break, or a question that is not here yet.
      isReady = true;
      if (go === "check") location.href = `${base}/check`; else room.requestSubmit(event.submitter);
    }
  });
  // A page that the browser kept and shows again.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // ---- Every question of the part, so that the room works while the connection is lost.
  const load = async () => {
    try {
      const answer = await fetch(`${base}/questions`, { signal: AbortSignal.timeout(8000) });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const section of page.querySelectorAll("section[data-number]")) {
        const number = Number(section.dataset.number);
        const revision = Number(section.dataset.revision);
        const known = questions.get(number);
        if (known && (known.revision >= revision || exam.unsent.has(number))) continue;
        add(number, document.importNode(section, true).firstElementChild, revision, section.dataset.flagged === "true");
        if (number === current) show(number);
      }
      // What belongs to no question of this part cannot be sent any more.
      for (const number of exam.unsent.keys()) if (!questions.has(number)) exam.forget(number);
      tellOverruled();
      paint();
      exam.send();
    } catch { setTimeout(load, 5000); }
  };
  // Another page of this device has written since: its answer counts, and is shown.
  exam.onOverruled = (number) => {
    overruled.push(number - first + 1);
    load();
  };
  paint();
  load();
})();
