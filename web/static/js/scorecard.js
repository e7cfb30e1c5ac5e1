// The text of a scorecard: numbers beside its lines, and a problem leads to its
// place. Tab stays what it is everywhere, a way out of the box.

const text = document.getElementById("card-text");
const lines = document.querySelector("[data-lines]");

function number() {
  const n = text.value.split("\n").length;
  lines.textContent = Array.from({ length: n }, (_, i) => i + 1).join("\n");
}

text.addEventListener("input", number);
text.addEventListener("scroll", () => { lines.scrollTop = text.scrollTop; });
number();

document.addEventListener("click", (e) => {
  const to = e.target.closest("[data-line]");
  if (!to) return;
  e.preventDefault();
  const line = Number(to.dataset.line) - 1;
  const all = text.value.split("\n");
  const at = all.slice(0, line).reduce((sum, l) => sum + l.length + 1, 0);
  const from = at + Math.max(0, Number(to.dataset.column) - 1);
  text.focus();
  text.setSelectionRange(from, at + (all[line] ?? "").length);
  text.scrollTop = (text.scrollHeight / all.length) * Math.max(0, line - 5);
  text.scrollIntoView({ block: "center" });
});
