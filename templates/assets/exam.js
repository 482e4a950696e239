// The exam room. Without this file every button of the form saves and leads on; with it, answers are saved as they
// change, questions change without a request, and answers outlive a lost connection.
"use strict";

(() => {
  const room = document.getElementById("room");
  const holder = document.querySelector("[data-attempt]");
  if (!holder) return;
  const attempt = holder.dataset.attempt;
  const base = `/attempts/${attempt}`;
  const words = room ? room.dataset : {};
  const fill = (text, value) => (text || "").replace("#", value);
  const timeNow = () => new Date().toTimeString().slice(0, 8);

  // Unsent answers, kept on this device until the server has acknowledged them.
  const KEY = `exam ${attempt}`;
  const readStore = () => {
    try { return JSON.parse(localStorage.getItem(KEY)) || {}; } catch { return {}; }
  };
  const unsent = new Map(Object.entries(readStore()));
  const keep = () => {
    try {
      if (unsent.size) localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(unsent)));
      else localStorage.removeItem(KEY);
    } catch { /* A full or forbidden store: the answers are still on the page. */ }
  };

  // ---- The clock: what the server said was left, counted down by a clock that nobody can set.
  let left = Number(document.querySelector("[data-left]")?.dataset.left ?? 0);
  let since = performance.now();
  let missed = 0;
  let over = false;
  const remaining = () => Math.max(0, left - (performance.now() - since));
  const timeText = document.querySelector("[data-time]");
  const polite = document.querySelector("[data-polite]");
  const urgent = document.querySelector("[data-urgent]");
  const inWords = (ms) => (ms < 60000 ? fill(words.seconds, Math.floor(ms / 1000)) : fill(words.minutes, Math.floor(ms / 60000)));
  const total = left;
  let told = new Set();
  const announceTime = (ms) => {
    for (const mark of [total / 2, 600000, 300000, 60000]) {
      if (ms <= mark && total > mark && !told.has(mark)) {
        told.add(mark);
        if (ms > mark - 5000 && polite) polite.textContent = inWords(ms);
      }
    }
  };
  const tick = () => {
    const ms = remaining();
    const timer = document.querySelector(".timer");
    if (room && timeText && !timer.classList.contains("is-hidden")) timeText.textContent = inWords(ms);
    timer?.classList.toggle("is-short", ms <= 600000);
    timer?.classList.toggle("is-last", ms <= 120000);
    announceTime(ms);
    if (ms <= 0 && !over) {
      over = true;
      if (urgent) urgent.textContent = words.over || "";
      // What is on the way is still taken for some seconds; then the server says where the attempt stands.
      send().finally(() => setTimeout(() => { location.href = base; }, 3000));
    }
  };
  setInterval(tick, 1000);
  const setLeft = (ms) => {
    if (ms > remaining() + 2000) { over = false; told = new Set([...told].filter((mark) => mark > ms)); }
    left = ms;
    since = performance.now();
  };

  const trouble = document.querySelector("[data-trouble]");
  const say = (text) => {
    if (!trouble) return;
    trouble.textContent = text;
    trouble.hidden = !text;
  };
  const list = document.querySelector("[data-announcements]");
  const showAnnouncements = (all) => {
    if (!list || all.length <= list.querySelectorAll("li").length) return;
    list.hidden = false;
    list.querySelector("ul").replaceChildren(...all.map(([at, text]) => {
      const item = document.createElement("li");
      const time = document.createElement("time");
      time.textContent = at;
      item.append(time, ` ${text}`);
      return item;
    }));
    if (polite) polite.textContent = fill(words.announced, all[all.length - 1][1]);
  };
  const look = async () => {
    try {
      const answer = await fetch(`${base}/clock`, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      const now = await answer.json();
      missed = 0;
      if (now.state !== "running" && now.state !== "") { location.href = base; return; }
      setLeft(now.left_ms);
      const until = document.querySelector("[data-deadline]");
      if (until && now.deadline && until.dataset.text) until.textContent = fill(until.dataset.text, now.deadline);
      showAnnouncements(now.announcements);
      if (!now.own_device) say(words.elsewhere);
      else if (trouble && trouble.textContent === words.uncertain) say("");
    } catch {
      missed += 1;
      if (missed >= 2) say(words.uncertain || "");
    }
  };
  setInterval(look, 30000);
  addEventListener("focus", look);

  // ---- Facts about the focus, as the rules say before the start.
  let hiddenAt = null;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { hiddenAt = performance.now(); send(); return; }
    if (hiddenAt === null) return;
    const seconds = Math.round((performance.now() - hiddenAt) / 1000);
    hiddenAt = null;
    if (seconds >= 1) {
      fetch(`${base}/events`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ away_seconds: seconds }) }).catch(() => {});
    }
    look();
  });

  // ---- Saving.
  const state = document.querySelector("[data-save-state]");
  let sending = false;
  let lostAt = null;
  let elsewhere = false;
  const show = (text) => { if (state) state.textContent = text; };
  const settle = (number, revision, sentRevision) => {
    const mine = unsent.get(String(number));
    if (!mine) return;
    if (revision > sentRevision && mine.revision <= revision) mine.revision = revision + 1;
    else if (mine.revision <= revision) unsent.delete(String(number));
    if (questions.has(number)) questions.get(number).revision = Math.max(questions.get(number).revision, revision);
  };
  async function send() {
    if (sending || elsewhere || !unsent.size) return;
    sending = true;
    const changes = [...unsent].map(([number, change]) => ({ number: Number(number), ...change }));
    show(words.saving);
    try {
      const answer = await fetch(`${base}/answers`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({ changes }),
      });
      if (answer.status === 409) {
        const problem = await answer.json().catch(() => ({}));
        if (String(problem.type || problem.code || "").includes("other-device")) {
          elsewhere = true;
          say(words.elsewhere);
          show(words.elsewhere);
        } else {
          location.href = base;
        }
        return;
      }
      if (!answer.ok) throw new Error(answer.status);
      const saved = await answer.json();
      for (const [number, revision] of saved.kept) {
        settle(number, revision, changes.find((change) => change.number === number)?.revision ?? revision);
      }
      keep();
      setLeft(saved.left_ms);
      if (unsent.size) { setTimeout(send, 50); return; }
      show(fill(words.saved, saved.at));
      if (lostAt) { if (polite) polite.textContent = fill(words.back, saved.at); say(""); }
      lostAt = null;
    } catch {
      if (!lostAt) {
        lostAt = timeNow();
        if (urgent) urgent.textContent = fill(words.offline, lostAt);
      }
      show(fill(words.offline, lostAt));
      say(fill(words.offline, lostAt));
    } finally {
      sending = false;
      markUnsent();
    }
  }
  addEventListener("online", send);
  setInterval(send, 5000);

  const warnUnsent = document.querySelector("[data-unsent]");
  function markUnsent() {
    if (warnUnsent && warnUnsent !== room) warnUnsent.hidden = !unsent.size;
  }
  addEventListener("beforeunload", (event) => { if (unsent.size && lostAt) event.preventDefault(); });

  if (holder.dataset.reload) setTimeout(() => { if (!document.querySelector("#file")?.files.length) location.reload(); }, Number(holder.dataset.reload) * 1000);

  // ---- The room itself.
  const questions = new Map();
  if (!room) { markUnsent(); send(); return; }
  const panel = document.getElementById("question");
  const flagged = room.querySelector("input[name=flagged]");
  const flagButton = room.querySelector("button[value=flag]");
  let current = Number(room.dataset.number);
  const fields = (node) => [...new FormData(wrapped(node))].filter(([, value]) => typeof value === "string");
  // A form of its own around the controls of one question, which may be off the page.
  function wrapped(node) {
    const form = document.createElement("form");
    for (const control of node.querySelectorAll("input, select, textarea")) {
      if (control.type === "radio" || control.type === "checkbox") {
        if (!control.checked) continue;
      }
      const copy = document.createElement("input");
      copy.type = "hidden";
      copy.name = control.name;
      copy.value = control.value;
      form.append(copy);
    }
    return form;
  }
  const restore = (node, saved) => {
    const given = new Map();
    for (const [name, value] of saved) given.set(name, [...(given.get(name) || []), value]);
    for (const control of node.querySelectorAll("input, select, textarea")) {
      const values = given.get(control.name) || [];
      if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
      else control.value = values[0] ?? "";
    }
  };
  const isAnswered = (node) => fields(node).some(([, value]) => value.trim() !== "");
  const own = { node: panel.firstElementChild, revision: Number(room.dataset.revision), flagged: flagged.value === "1" };
  questions.set(current, own);
  const steps = [...room.querySelectorAll(".steps-grid button")];
  const numberOf = (button) => Number(button.value.slice(2));
  const first = Math.min(...steps.map(numberOf));
  const last = Math.max(...steps.map(numberOf));
  const states = new Map(steps.map((button) => [numberOf(button), { answered: button.classList.contains("answered"), flagged: button.classList.contains("flagged") }]));

  const paint = () => {
    for (const button of steps) {
      const number = numberOf(button);
      const now = states.get(number);
      const question = questions.get(number);
      if (question) { now.answered = isAnswered(question.node); now.flagged = question.flagged; }
      button.classList.toggle("answered", now.answered);
      button.classList.toggle("flagged", now.flagged);
      const word = now.answered ? (now.flagged ? words.answeredFlagged : words.answered) : (now.flagged ? words.flagged : words.open);
      button.setAttribute("aria-label", fill(word, number - first + 1));
      if (number === current) button.setAttribute("aria-current", "step"); else button.removeAttribute("aria-current");
    }
    const count = document.querySelector("[data-unanswered-count]");
    if (count) count.textContent = fill(words.unanswered, [...states.values()].filter((now) => !now.answered).length);
    const question = questions.get(current);
    flagged.value = question.flagged ? "1" : "";
    flagButton.textContent = question.flagged ? words.unflag : words.flag;
    flagButton.setAttribute("aria-pressed", String(question.flagged));
  };

  let timer = null;
  const changed = (wait) => {
    const question = questions.get(current);
    const before = unsent.get(String(current))?.revision ?? question.revision;
    unsent.set(String(current), { revision: before + 1, fields: fields(question.node), flagged: question.flagged });
    keep();
    paint();
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  };
  room.addEventListener("input", (event) => { if (panel.contains(event.target)) changed(800); });
  room.addEventListener("change", (event) => { if (panel.contains(event.target)) changed(100); });

  const url = (number) => `${base}/q/${number}`;
  const titleOf = (number) => document.title.replace(/\d+/, String(number - first + 1));
  const goTo = (number, push) => {
    const question = questions.get(number);
    if (!question) { location.href = url(number); return; }
    send();
    current = number;
    panel.replaceChildren(question.node);
    room.action = url(number);
    document.title = titleOf(number);
    if (push) history.pushState({ number }, "", url(number));
    const previous = room.querySelector("button[value=previous]");
    if (previous) previous.hidden = number === first;
    const next = room.querySelector(".actions button[value=next], .actions button[data-next]");
    if (next) {
      next.dataset.next = "";
      next.value = number === last ? "check" : "next";
      next.textContent = number === last ? room.querySelector("aside button[value=check]").textContent : next.dataset.word;
    }
    paint();
    const heading = panel.querySelector("h2");
    if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: false }); }
  };
  addEventListener("popstate", () => {
    const number = Number(location.pathname.split("/").pop());
    if (questions.has(number)) goTo(number, false);
  });
  const start = () => {
    const next = room.querySelector(".actions button[value=next]");
    if (next) next.dataset.word = next.textContent;
    room.addEventListener("submit", (event) => {
      const go = event.submitter?.value || "stay";
      if (questions.size < steps.length && go !== "flag" && go !== "stay") return;
      if (go === "check") {
        if (!unsent.size) { event.preventDefault(); location.href = `${base}/check`; return; }
        event.preventDefault();
        send().then(() => { if (!unsent.size) location.href = `${base}/check`; else say(words.unsent); });
        return;
      }
      event.preventDefault();
      if (go === "flag") { questions.get(current).flagged = !questions.get(current).flagged; changed(0); return; }
      if (go === "next") goTo(Math.min(last, current + 1), true);
      else if (go === "previous") goTo(Math.max(first, current - 1), true);
      else if (go.startsWith("q:")) goTo(Number(go.slice(2)), true);
      else { changed(0); }
    });
  };
  // Every question of the part, so that the room works while the connection is lost.
  const load = async () => {
    try {
      const answer = await fetch(`${base}/questions`);
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const section of page.querySelectorAll("section[data-number]")) {
        const number = Number(section.dataset.number);
        if (questions.has(number)) continue;
        const node = document.importNode(section, true).firstElementChild;
        questions.set(number, { node, revision: Number(section.dataset.revision), flagged: section.dataset.flagged === "true" });
      }
      // Answers that did not reach the server before the page was loaded anew.
      for (const [number, change] of unsent) {
        const question = questions.get(Number(number));
        if (!question) { unsent.delete(number); continue; }
        restore(question.node, change.fields);
        question.flagged = change.flagged;
        if (change.revision <= question.revision) change.revision = question.revision + 1;
      }
      keep();
      paint();
      send();
    } catch { setTimeout(load, 5000); }
  };
  const tools = document.querySelector("[data-timer-tools]");
  if (tools) {
    const hide = document.createElement("button");
    hide.type = "button";
    hide.className = "plain";
    const box = document.querySelector(".timer");
    const apply = (hidden) => {
      box.classList.toggle("is-hidden", hidden);
      hide.textContent = hidden ? words.show : words.hide;
      timeText.textContent = hidden ? words.hidden : inWords(remaining());
    };
    hide.addEventListener("click", () => {
      const hidden = !box.classList.contains("is-hidden");
      try { localStorage.setItem("exam hide time", hidden ? "1" : ""); } catch { /* not remembered */ }
      apply(hidden);
    });
    const ask = document.createElement("button");
    ask.type = "button";
    ask.className = "plain";
    ask.textContent = words.ask;
    ask.addEventListener("click", () => { polite.textContent = ""; setTimeout(() => { polite.textContent = inWords(remaining()); }, 50); });
    tools.append(hide, ask);
    let hidden = false;
    try { hidden = localStorage.getItem("exam hide time") === "1"; } catch { /* shown */ }
    apply(hidden);
  }
  start();
  load();
})();
