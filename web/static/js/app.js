// What every page can do: keys, menus, toasts with undo, filtering of lists,
// and the theme without a reload. Pages work without it; forms are plain forms.

const typing = (el) => el.matches?.("input, textarea, select, [contenteditable]");

// "/" leads to the search box, "?" shows the keys.
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === "/" && !typing(e.target)) {
    const box = document.querySelector("[data-search]");
    if (box) { e.preventDefault(); box.focus(); box.select(); }
  } else if (e.key === "?" && !typing(e.target)) {
    e.preventDefault();
    showKeys();
  } else if (e.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  } else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
    step(e);
  }
});

function showKeys() {
  const sheet = document.querySelector("dialog.keys");
  if (sheet && !sheet.open) sheet.showModal();
}

// Arrows walk through the links of a list marked data-arrows; from the search
// box the arrow down enters the list below it.
function step(e) {
  const list = e.target.closest("[data-arrows]") ??
    (e.target.matches("[data-search]") ? document.querySelector(e.target.dataset.filter) : null);
  if (!list) return;
  const stops = [...list.querySelectorAll("a[href]:not([tabindex='-1']), [data-stop]")].filter((a) => a.offsetParent !== null);
  const at = stops.indexOf(e.target.closest("a[href], [data-stop]"));
  const next = stops[e.key === "ArrowDown" ? at + 1 : at - 1];
  if (next) { e.preventDefault(); next.focus(); }
}

document.addEventListener("click", (e) => {
  if (e.target.closest("[data-show-keys]")) {
    e.target.closest("details.menu")?.removeAttribute("open");
    showKeys();
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(e.target)) menu.open = false;
  }
});

// A search box shows the rows that hold every word typed.
document.addEventListener("input", (e) => {
  const box = e.target.closest("[data-search]");
  if (!box?.dataset.filter) return;
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of document.querySelectorAll(box.dataset.filter + " [data-row]")) {
    const text = (row.dataset.row || row.textContent).toLowerCase();
    row.hidden = !words.every((w) => text.includes(w));
    if (!row.hidden) shown++;
  }
  if (words.length) for (const more of document.querySelectorAll(box.dataset.filter + " details.more")) more.open = true;
  const none = document.querySelector("[data-none]");
  if (none) none.hidden = shown > 0;
});

// A box marked data-all chooses all boxes of a name, and shows whether all are
// chosen.
for (const all of document.querySelectorAll("[data-all]")) {
  const boxes = [...all.form.querySelectorAll(`input[name="${all.dataset.all}"]`)];
  const show = () => {
    all.checked = boxes.every((b) => b.checked);
    all.indeterminate = !all.checked && boxes.some((b) => b.checked);
  };
  all.addEventListener("change", () => { for (const b of boxes) b.checked = all.checked; });
  for (const b of boxes) b.addEventListener("change", show);
  all.closest("label").hidden = false;
  show();
}

// A choice that filters a list is taken at once.
document.addEventListener("change", (e) => { if (e.target.matches("[data-submit]")) e.target.form.requestSubmit(); });

// The theme changes at once; the form tells the server to remember it.
document.addEventListener("submit", async (e) => {
  const form = e.target.closest("[data-theme-switch]");
  if (!form) return;
  e.preventDefault();
  const button = form.querySelector("button");
  const body = new URLSearchParams({ theme: button.value, back: "" });
  document.documentElement.dataset.theme = button.value;
  const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "theme" } });
  if (answer.ok) form.outerHTML = await answer.text();
});

// toast shows a line for a few seconds. With undo it offers to take back.
export function toast(text, undo) {
  const box = document.getElementById("toasts");
  const note = document.createElement("div");
  note.className = "toast-note";
  note.append(text);
  let timer = setTimeout(() => note.remove(), undo ? 8000 : 4000);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = document.body.dataset.undo;
    button.addEventListener("click", () => { clearTimeout(timer); note.remove(); undo(); });
    note.append(button);
  }
  note.addEventListener("mouseenter", () => clearTimeout(timer));
  note.addEventListener("mouseleave", () => { timer = setTimeout(() => note.remove(), 3000); });
  box.append(note);
}

// A page that came after a change says so once: <template data-toast data-undo-url>.
for (const t of document.querySelectorAll("template[data-toast]")) {
  const url = t.dataset.undoUrl;
  toast(t.dataset.toast, url ? () => post(url, t.dataset.undoBody) : undefined);
}

// post sends a form that is not on the page and follows where it leads.
export function post(url, query) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  for (const [name, value] of new URLSearchParams(query ?? "")) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}

// Parts that htmx could not fetch say so; what is on the page stays.
document.addEventListener("htmx:responseError", (e) => toast(e.detail.xhr.getResponseHeader("X-Error") ? decodeURIComponent(e.detail.xhr.getResponseHeader("X-Error")) : e.detail.xhr.statusText));
