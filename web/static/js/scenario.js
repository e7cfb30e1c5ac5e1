// A scenario's page: texts with their problems beside the lines, and a bench on
// which the draft is played as it stands. Tab stays what it is everywhere, a way
// out of the box.

const work = document.querySelector("[data-scenario]");
const editor = document.querySelector("[data-editor]");
const bench = document.querySelector("[data-bench]");
const panes = new Map([...editor.querySelectorAll("[data-pane]")].map((el) => [el.dataset.pane, {
  el,
  text: el.querySelector("textarea"),
  lines: el.querySelector("[data-lines]"),
  marks: el.querySelector("[data-marks]"),
}]));

// Numbers beside the lines, and what is wrong at its line.

let problems = [];

function readProblems() {
  problems = [...editor.querySelectorAll("[data-problems] [data-line]")].map((a) => ({ pane: a.dataset.atPane, line: Number(a.dataset.line), told: a.dataset.told }));
}

function draw(name) {
  const { text, lines, marks } = panes.get(name);
  const wrong = new Map();
  for (const x of problems) if (x.pane === name && !wrong.has(x.line)) wrong.set(x.line, x.told);
  const n = text.value.split("\n").length;
  lines.replaceChildren(...Array.from({ length: n }, (_, i) => {
    const line = document.createElement("span");
    line.textContent = `${i + 1}\n`;
    if (wrong.has(i + 1)) line.className = "off";
    return line;
  }));
  const high = parseFloat(getComputedStyle(text).lineHeight) || 20.8;
  const top = parseFloat(getComputedStyle(text).paddingTop) || 9;
  marks.replaceChildren(...[...wrong].map(([line, told]) => {
    const mark = document.createElement("div");
    mark.textContent = told;
    mark.style.top = `${top + (line - 1) * high}px`;
    mark.style.height = `${high}px`;
    return mark;
  }));
  scrolled(name);
}

function scrolled(name) {
  const { text, lines, marks } = panes.get(name);
  lines.scrollTop = text.scrollTop;
  for (const mark of marks.children) mark.style.transform = `translateY(${-text.scrollTop}px)`;
}

function drawAll() {
  readProblems();
  for (const name of panes.keys()) {
    draw(name);
    const count = problems.filter((x) => x.pane === name).length;
    const badge = editor.querySelector(`[data-wrong="${name}"]`);
    badge.hidden = count === 0;
    badge.textContent = count;
  }
}

// send posts what stands in the editor, with more fields, and returns the part
// that came back; null when it did not arrive.
async function send(url, more, abort) {
  const body = new URLSearchParams({ of: work.dataset.scenario });
  for (const [name, { text }] of panes) body.set(name, text.value);
  for (const [name, value] of more) body.append(name, value);
  try {
    const answer = await fetch(url, { method: "POST", body, headers: { "X-Part": "bench" }, signal: abort });
    if (answer.redirected) { location.reload(); return null; }
    const error = answer.headers.get("X-Error");
    if (error) return note(decodeURIComponent(error));
    return new DOMParser().parseFromString(await answer.text(), "text/html").body;
  } catch (e) {
    return e.name === "AbortError" ? null : note(work.dataset.failed);
  }
}

// note is a part that only says something.
function note(text) {
  const body = document.createElement("body");
  const p = document.createElement("p");
  p.dataset.note = "";
  p.textContent = text;
  body.append(p);
  return body;
}

let checking;
let later;
function changed(name) {
  draw(name);
  clearTimeout(later);
  later = setTimeout(async () => {
    checking?.abort();
    checking = new AbortController();
    const part = await send(editor.dataset.check, [], checking.signal);
    const box = part?.querySelector("[data-problems]");
    if (box) {
      editor.querySelector("[data-problems]").replaceWith(box);
      drawAll();
    }
    if (name === "scenario" && said.length) talk();
  }, 450);
}

for (const [name, { text }] of panes) {
  text.addEventListener("input", () => changed(name));
  text.addEventListener("scroll", () => scrolled(name));
}
editor.addEventListener("change", (e) => { if (e.target.name === "pane") draw(e.target.value); });
drawAll();

// go leads to a line of a text.
function go(name, line, column) {
  const { text } = panes.get(name) ?? panes.get("scenario");
  editor.querySelector(`input[name="pane"][value="${text.name}"]`).checked = true;
  draw(text.name);
  const all = text.value.split("\n");
  const at = all.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0);
  text.focus();
  text.setSelectionRange(at + Math.max(0, column - 1), at + (all[line - 1] ?? "").length);
  text.scrollTop = (text.scrollHeight / all.length) * Math.max(0, line - 6);
  text.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (e) => {
  const to = e.target.closest("[data-at-pane]");
  if (!to) return;
  e.preventDefault();
  go(to.dataset.atPane, Number(to.dataset.line), Number(to.dataset.column));
});

// The bench: the talk is a list of lines, which the server plays anew each time.

const part = bench.querySelector("[data-talk-part]");
const told = bench.querySelector("[data-bench-note]");
const seed = bench.querySelector("[name='seed']");
const say = bench.querySelector("[data-bench-say]");
const line = say.querySelector("textarea");
const said = [];
let asked;

async function talk() {
  asked?.abort();
  asked = new AbortController();
  const fields = [["seed", seed.value]];
  for (const x of said) fields.push(["said", x.text], ["wait", x.wait]);
  const body = await send(work.dataset.talkUrl, fields, asked.signal);
  if (!body) return;
  const wrong = body.querySelector("[data-note]");
  told.hidden = !wrong;
  told.textContent = wrong?.textContent ?? "";
  part.classList.toggle("stale", Boolean(wrong));
  if (wrong) return;
  const open = [...part.querySelectorAll(".bench-turn details[open]")].map((d) => d.closest(".bench-turn").id);
  part.replaceChildren(...body.childNodes);
  for (const id of open) document.getElementById(id)?.querySelector("details")?.setAttribute("open", "");
  const turns = part.querySelectorAll(".bench-turn");
  turns[turns.length - 1]?.scrollIntoView({ block: "nearest" });
  line.disabled = Boolean(part.querySelector(".bench-end"));
}

say.addEventListener("submit", async (e) => {
  e.preventDefault();
  if (line.disabled) return;
  said.push({ text: line.value.trim(), wait: say.querySelector("[name='wait']").value });
  line.value = "";
  await talk();
  if (!told.hidden) line.value = said.pop().text; // it was not heard
  line.focus();
});
line.addEventListener("keydown", (e) => {
  if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return; // 229: the input method takes the key
  e.preventDefault();
  say.requestSubmit();
});
bench.querySelector("[data-take-back]").addEventListener("click", () => {
  const last = said.pop();
  line.disabled = false;
  if (last && !line.value.trim()) line.value = last.text;
  talk();
  line.focus();
});
bench.querySelector("[data-restart]").addEventListener("click", () => { said.length = 0; line.disabled = false; talk(); line.focus(); });
bench.querySelector("[data-other]").addEventListener("click", () => { seed.value = Number(seed.value || 0) + 1; said.length = 0; line.disabled = false; talk(); line.focus(); });
seed.addEventListener("change", talk);
bench.querySelector("[data-bench-how]").addEventListener("submit", (e) => { e.preventDefault(); talk(); });
talk();

// The scripted agents.

const proof = bench.querySelector("[data-bench-proof]");
proof.addEventListener("submit", async (e) => {
  e.preventDefault();
  const wait = bench.querySelector("[data-proof-wait]");
  const button = proof.querySelector("button");
  const out = bench.querySelector("[data-proof-part]");
  button.disabled = true;
  wait.hidden = false;
  out.replaceChildren();
  const body = await send(work.dataset.proofUrl, [["forms", proof.querySelector("[name='forms']").value]]);
  button.disabled = false;
  wait.hidden = true;
  if (!body) return;
  const wrong = body.querySelector("[data-note]");
  if (wrong) wrong.className = "small warm-line";
  out.replaceChildren(...body.childNodes);
});

// What is not stored is not lost by a slip of the hand.
let dirty = false;
editor.addEventListener("input", () => { dirty = true; });
editor.addEventListener("submit", () => { dirty = false; });
addEventListener("beforeunload", (e) => { if (dirty) e.preventDefault(); });

document.addEventListener("keydown", (e) => {
  if (!e.altKey || e.ctrlKey || e.metaKey) return;
  if (e.code.startsWith("Digit")) {
    const name = [...panes.keys()][Number(e.code.slice(5)) - 1];
    if (!name) return;
    editor.querySelector(`input[name="pane"][value="${name}"]`).checked = true;
    draw(name);
    panes.get(name).text.focus();
  } else if (e.code === "KeyB") {
    bench.querySelector("input[value='talk']").checked = true;
    line.focus();
  } else if (e.code === "KeyE") {
    editor.querySelector("[data-problems] [data-line]")?.click();
  } else {
    return;
  }
  e.preventDefault();
});
