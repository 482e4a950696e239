// Live previews while a text is written; without this file a button shows them.
"use strict";

for (const field of document.querySelectorAll("textarea[data-preview]")) {
  const shown = document.getElementById(field.dataset.preview);
  let timer = null;
  let asked = 0;
  const renew = async () => {
    const number = ++asked;
    try {
      const body = new URLSearchParams({ text: field.value, lang: field.lang });
      const answer = await fetch("/teach/preview", { method: "POST", body });
      // An answer that comes late is about a text that is no longer there.
      if (answer.ok && number === asked) shown.innerHTML = await answer.text();
    } catch { /* With the next letter. */ }
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(renew, 500);
  });
}

// Text that was typed and not saved is not left behind without a word.
let changed = false;
for (const form of document.querySelectorAll("form.editor")) {
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
}
window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
