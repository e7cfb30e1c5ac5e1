// The bench listens as one types, so its button is for browsers without
// scripts; "t" leads to it. What one types stays when the page comes back
// after a wording was saved.
const box = document.querySelector("[data-bench]");
document.documentElement.classList.add("scripted");

if (box) {
  const form = box.form;
  const kept = "lianxi.bench." + form.elements.lang.value;
  const fields = ["text", "before", "role", "channel", "direction"];
  const keep = () => sessionStorage.setItem(kept, JSON.stringify(fields.map((f) => form.elements[f].value)));
  const was = JSON.parse(sessionStorage.getItem(kept) ?? "null");
  if (was && !box.value) {
    fields.forEach((f, i) => { form.elements[f].value = was[i]; });
    if (box.value) addEventListener("load", () => form.requestSubmit());
  }
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  document.addEventListener("keydown", (e) => {
    if (e.key !== "t" || e.ctrlKey || e.metaKey || e.altKey || e.target.matches("input, textarea, select")) return;
    e.preventDefault();
    box.focus();
    box.select();
  });
}
