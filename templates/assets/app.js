// Enhancements only: every page works without this file.
"use strict";

// The server shows times in the reader's zone; it learns the zone here and uses it from the next page on.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.split("; ").includes(`zone=${zone}`)) {
  document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;
}

// Copy buttons beside ready-made commands.
for (const block of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "secondary";
  button.textContent = block.dataset.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.querySelector("code").textContent);
    button.textContent = block.dataset.copied;
    setTimeout(() => { button.textContent = block.dataset.copy; }, 2000);
  });
  block.append(button);
}

// Live progress: the server sends the part of the page that changed; at the end the whole page is loaded anew.
const live = document.querySelector("[data-live]");
if (live && window.EventSource) {
  const source = new EventSource(live.dataset.live);
  source.addEventListener("progress", (event) => { live.innerHTML = event.data; });
  source.addEventListener("done", () => { source.close(); location.reload(); });
}

// A page that changes while it is looked at is shown anew for as long as its reader wants that.
const watched = document.querySelector("[data-watched]");
if (watched) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  label.append(box, ` ${watched.dataset.watched}`);
  watched.before(label);
  let timer = null;
  const renew = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { signal: AbortSignal.timeout(8000) });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-watched]");
      if (fresh && !watched.contains(document.activeElement)) watched.innerHTML = fresh.innerHTML;
    } catch { /* The next time. */ }
  };
  box.addEventListener("change", () => {
    clearInterval(timer);
    if (box.checked) timer = setInterval(renew, 10000);
    if (box.checked) renew();
  });
}

// A form that came back with faults: go to the summary.
document.getElementById("error-summary")?.focus();
