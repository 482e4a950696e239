// What the pages of an exam's attempt share: the clock, the answers that the server does not have yet, and what changes
// while a page is open. Without this file every page works; it only has to be loaded anew to show what changed.
"use strict";

const exam = (() => {
  const holder = document.getElementById("exam");
  if (!holder) return null;
  const words = holder.dataset;
  const base = `/attempts/${words.attempt}`;
  const first = Number(words.first);
  const sends = document.querySelector("#room, [data-check-page]") !== null;
  const fill = (text, value) => (text || "").replace("#", () => value);
  const polite = holder.querySelector("[data-polite]");
  const urgent = holder.querySelector("[data-urgent]");
  const ask = (path, options = {}) => fetch(path, {
    signal: AbortSignal.timeout(8000), ...options, headers: { accept: "application/json", "content-type": "application/json" },
  });

  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "plain";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };

  // ---- One notice at the foot of the window, for what changes what can be done here.
  const noticeBox = holder.querySelector("[data-notice]");
  let noticed = null;
  const notice = (kind, text, [label, place] = []) => {
    if (noticed === kind + text) return;
    noticed = kind + text;
    noticeBox.hidden = !text;
    noticeBox.replaceChildren(text);
    if (label) {
      const link = document.createElement("a");
      link.textContent = label;
      link.href = place;
      noticeBox.append(" ", link);
    } else if (text) {
      noticeBox.append(" ", button(words.close, () => notice("", "")));
    }
    urgent.textContent = text;
  };
  const unnotice = (kind) => { if (noticed?.startsWith(kind)) notice("", ""); };

  // ---- The clock: what the server said was left, counted down by a clock that nobody can set.
  let left = Number(words.left);
  let now = Number(words.now);
  let since = performance.now();
  const serverNow = () => Math.round(now + performance.now() - since);
  const remaining = () => Math.max(0, left - (performance.now() - since));
  const timeOfDay = () => new Intl.DateTimeFormat("en-GB", {
    timeZone: words.zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  }).format(serverNow());
  const inWords = (ms) => (ms < 60000 ? fill(words.seconds, Math.floor(ms / 1000)) : fill(words.minutes, Math.floor(ms / 60000)));
  const timer = document.querySelector(".timer");
  const timeText = document.querySelector("[data-time]");
  const until = document.querySelector("[data-deadline]");
  const tools = document.querySelector("[data-timer-tools]");
  const marks = [Number(words.total) / 2, 600000, 300000, 60000].filter((mark) => mark < Number(words.total));
  let before = left;
  let over = false;
  let closed = false;
  // To leave would break off a file on its way, which is still taken after the time is over.
  let isUploading = false;
  document.querySelector("form[enctype]")?.addEventListener("submit", () => { isUploading = true; });
  const leave = () => {
    if (isUploading) return;
    closed = true;
    location.href = base;
  };
  const showTime = () => {
    const ms = remaining();
    const isHidden = timer?.classList.contains("is-hidden");
    if (timeText) timeText.textContent = isHidden ? words.hidden : inWords(ms);
    timer?.classList.toggle("is-short", !isHidden && ms <= 600000);
    timer?.classList.toggle("is-last", !isHidden && ms <= 120000);
    const passed = marks.filter((mark) => before > mark && ms <= mark);
    const mark = Math.min(...passed);
    // After a jump, as when the device slept, what is left now.
    if (timer && passed.length) polite.textContent = inWords(mark - ms < 5000 ? mark : ms);
    before = ms;
    if (ms <= 0 && !over && words.state !== "finished") end();
  };
  // What is on its way is still taken for some seconds; then the server says where the attempt stands.
  const end = () => {
    over = true;
    const question = document.getElementById("question");
    if (timer) urgent.textContent = words.over;
    if (question) question.inert = true;
    const wait = async () => {
      await send();
      await look();
      if (over && !closed) setTimeout(wait, 2000);
    };
    wait();
  };
  const setLeft = (ms, at) => {
    left = ms;
    now = at;
    since = performance.now();
    if (ms > before) before = ms;
    if (ms <= 0 || !over) return;
    over = false;
    const question = document.getElementById("question");
    if (question) question.inert = false;
  };
  setInterval(showTime, 1000);

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
    polite.textContent = fill(words.announced, all[all.length - 1][1]);
  };
  let missed = 0;
  // Whether the server could be asked how the attempt stands; follows where it went on.
  const look = async () => {
    if (closed || words.state === "finished") return false;
    try {
      const answer = await ask(`${base}/clock`);
      if (answer.status === 401) { signedOut(); return false; }
      if (!answer.ok) throw new Error(answer.status);
      const seen = await answer.json();
      missed = 0;
      unnotice("unreachable");
      if (seen.state !== words.state || seen.part !== Number(words.part)) {
        if (seen.state !== "paused" && unsent.size && sends) tooLate(); else leave();
        return false;
      }
      setLeft(seen.left_ms, seen.now_ms);
      if (until && seen.deadline) until.textContent = fill(words.until, seen.deadline);
      showAnnouncements(seen.announcements);
      if (seen.own_device || !timer) return true;
      takenOver();
      return false;
    } catch {
      missed += 1;
      if (missed >= 2 && until) until.textContent = words.uncertain;
      return false;
    }
  };
  setInterval(look, 30000);
  addEventListener("focus", look);

  // ---- Facts about the focus, as the rules say before the start.
  let hiddenAt = null;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { hiddenAt = performance.now(); send(true); return; }
    if (hiddenAt === null) return;
    const seconds = Math.round((performance.now() - hiddenAt) / 1000);
    hiddenAt = null;
    if (seconds >= 1 && timer) ask(`${base}/events`, { method: "POST", body: JSON.stringify({ away_seconds: seconds }) }).catch(() => {});
    send();
    look();
  });

  // ---- Unsent answers, kept on this device until the server has acknowledged them, each under a name of its own, so
  // that two pages of one browser do not take them from each other.
  const PREFIX = `exam ${words.attempt} `;
  const unsent = new Map();
  const store = (number, change) => {
    try {
      if (change) localStorage.setItem(PREFIX + number, JSON.stringify(change)); else localStorage.removeItem(PREFIX + number);
    } catch { /* A full or forbidden store: the answers are still on the page. */ }
  };
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX)) unsent.set(Number(key.slice(PREFIX.length)), JSON.parse(localStorage.getItem(key)));
    }
  } catch { /* What cannot be read cannot be sent. */ }
  const forget = (number) => { unsent.delete(number); store(number); };
  const numbers = () => [...unsent.keys()].sort((a, b) => a - b).map((number) => number - first + 1).join(", ");

  // ---- Saving. The line says what is so, at every moment.
  const line = document.querySelector("[data-save-state]");
  let lostAt = null;
  let savedAt = null;
  let isSignedOut = false;
  let isElsewhere = false;
  const showLine = () => {
    const checkNotice = document.querySelector("[data-check-unsent]");
    if (checkNotice) checkNotice.hidden = !unsent.size;
    if (!line) return;
    const text = isElsewhere ? words.elsewhere
      : isSignedOut ? words.signedOut
      : lostAt ? fill(words.offline, lostAt)
      : unsent.size ? words.saving
      : savedAt ? fill(words.saved, savedAt) : line.textContent;
    if (line.textContent !== text) line.textContent = text;
    line.classList.toggle("is-lost", Boolean(isElsewhere || isSignedOut || lostAt));
  };
  const takenOver = () => {
    if (isElsewhere) return;
    isElsewhere = true;
    notice("elsewhere", unsent.size ? fill(words.elsewhereUnsent, numbers()) : words.elsewhere, [words.goOn, base]);
    showLine();
  };
  const signedOut = () => {
    isSignedOut = true;
    notice("signed out", words.signedOut, [words.signIn, `/sign-in?next=${encodeURIComponent(location.pathname)}`]);
    showLine();
  };
  const tooLate = () => {
    notice("late", fill(words.tooLate, numbers()), [words.goOn, base]);
    for (const number of [...unsent.keys()]) forget(number);
    closed = true;
  };
  const queue = (number, known, fields, flagged) => {
    // Revisions rise with the server's time, so that of two devices the later answer counts.
    const revision = Math.max(known + 1, (unsent.get(number)?.revision ?? 0) + 1, serverNow());
    const change = { revision, fields, flagged };
    unsent.set(number, change);
    store(number, change);
    if (isElsewhere) notice("elsewhere", fill(words.elsewhereUnsent, numbers()), [words.goOn, base]);
    showLine();
  };
  const acknowledged = (changes, kept) => {
    for (const { number, revision } of changes) {
      const mine = unsent.get(number);
      if (!mine) continue;
      const has = kept.get(number) ?? Infinity;
      if (mine.revision <= has) forget(number);
      if (has > revision && mine.revision <= has && kept.has(number)) api.onOverruled?.(number);
      else api.onSaved?.(number, revision);
    }
  };
  const deliver = async (keepalive) => {
    if (!unsent.size || isElsewhere || closed || !sends) return false;
    const changes = [...unsent].map(([number, change]) => ({ number, ...change }));
    showLine();
    try {
      const answer = await ask(`${base}/answers`, { method: "POST", keepalive, body: JSON.stringify({ changes }) });
      if (answer.status === 401) { signedOut(); return false; }
      if (answer.status === 409) {
        const { code } = await answer.json();
        if (code === "exam-other-device") { takenOver(); return false; }
        if (await look()) throw new Error(code);
        return false;
      }
      if (!answer.ok) throw new Error(answer.status);
      const saved = await answer.json();
      acknowledged(changes, new Map(saved.kept));
      setLeft(saved.left_ms, saved.now_ms);
      savedAt = saved.at;
      if (lostAt || isSignedOut) polite.textContent = fill(words.back, saved.at);
      lostAt = null;
      isSignedOut = false;
      unnotice("signed out");
      unnotice("unreachable");
      if (unsent.size) setTimeout(send, 0);
      return true;
    } catch {
      if (!lostAt) {
        lostAt = timeOfDay();
        urgent.textContent = fill(words.offline, lostAt);
      }
      return false;
    } finally {
      showLine();
    }
  };
  let flight = null;
  const send = (keepalive = false) => {
    flight ??= deliver(keepalive === true).finally(() => { flight = null; });
    return flight;
  };
  // Whether everything is on the server now.
  const flush = async () => {
    for (let tries = 0; tries < 5 && unsent.size; tries += 1) {
      const wasOnItsWay = flight !== null;
      if (!(await send()) && !wasOnItsWay) break;
    }
    return !unsent.size;
  };
  // Whether a page of the server can be gone to without losing anything; says why not.
  const ready = async () => {
    if ((await flush()) && (await look())) return true;
    if (!closed && !isElsewhere && !isSignedOut) notice("unreachable", words.unreachable);
    return false;
  };
  addEventListener("online", () => { send(); look(); });
  setInterval(send, 5000);
  addEventListener("beforeunload", (event) => { if (unsent.size && lostAt && !closed) event.preventDefault(); });

  // ---- The form that ends a part goes off only when everything has arrived.
  const handIn = document.querySelector("[data-hand-in]");
  let isReady = false;
  handIn?.addEventListener("submit", async (event) => {
    if (isReady) return;
    event.preventDefault();
    if (!(await ready())) return;
    isReady = true;
    handIn.requestSubmit(event.submitter);
  });

  // ---- Parts of a page that change while files are graded; what somebody is using stays.
  const renew = async () => {
    if (!document.querySelector("[data-waiting]")) return;
    try {
      const answer = await fetch(location.pathname, { signal: AbortSignal.timeout(8000) });
      if (answer.redirected) { leave(); return; }
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (document.querySelector("[data-renew=pending]") && !page.querySelector("[data-waiting]")) { location.reload(); return; }
      for (const part of document.querySelectorAll("[data-renew]")) {
        const fresh = page.querySelector(`[data-renew="${part.dataset.renew}"]`);
        const isInUse = part.contains(document.activeElement) || [...part.querySelectorAll("input[type=file]")].some((field) => field.files.length);
        if (fresh && !isInUse && fresh.innerHTML !== part.innerHTML) part.replaceWith(document.importNode(fresh, true));
      }
    } catch { /* The next time. */ }
  };
  setInterval(renew, 5000);

  // ---- The time can be hidden, and asked for.
  if (tools && timer) {
    const KEY = "exam hide time";
    const apply = (isHidden) => {
      timer.classList.toggle("is-hidden", isHidden);
      hide.textContent = isHidden ? words.show : words.hide;
      showTime();
    };
    const hide = button("", () => {
      const isHidden = !timer.classList.contains("is-hidden");
      try { localStorage.setItem(KEY, isHidden ? "1" : ""); } catch { /* not remembered */ }
      apply(isHidden);
    });
    const say = () => { polite.textContent = inWords(remaining()); };
    tools.append(hide, button(words.ask, () => { polite.textContent = ""; setTimeout(say, 50); }));
    let wasHidden = false;
    try { wasHidden = localStorage.getItem(KEY) === "1"; } catch { /* shown */ }
    apply(wasHidden);
  }

  const api = { words, fill, base, first, ask, unsent, forget, queue, send, flush, ready, look, notice };
  // A page that only checks: what was unsent before it was loaded is sent, and then the page is out of date.
  if (document.querySelector("[data-check-page]") && unsent.size) flush().then((done) => { if (done) location.reload(); });
  else if (!sends && unsent.size && ["resting", "finished"].includes(words.state)) tooLate();
  showLine();
  return api;
})();
