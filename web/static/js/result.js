// The words and the margin belong together: pointing at one lights the other;
// n and p walk from remark to remark.

const pair = (ref) => document.querySelectorAll(`[data-ref="${ref}"]`);
let lit = null;

function light(ref) {
  if (lit) for (const el of pair(lit)) el.classList.remove("lit");
  lit = ref;
  if (ref) for (const el of pair(ref)) el.classList.add("lit");
}

document.addEventListener("mouseover", (e) => light(e.target.closest("[data-ref]")?.dataset.ref ?? null));
document.addEventListener("focusin", (e) => light(e.target.closest("[data-ref]")?.dataset.ref ?? null));

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches("input, textarea, select")) return;
  if (e.key !== "n" && e.key !== "p") return;
  const remarks = [...document.querySelectorAll(".remark:not(.praise)")];
  const at = remarks.indexOf(document.activeElement.closest(".remark"));
  const next = remarks[e.key === "n" ? at + 1 : at - 1];
  if (!next) return;
  e.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "center" });
});
