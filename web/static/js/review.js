// The evaluator's form by keyboard: Enter accepts what the machine says and
// goes on, 1 2 3 0 choose another verdict, and the reason for it follows. The
// call scrolls to the words an item speaks of. Without this it is a plain form.

const form = document.querySelector("[data-review]");
const box = document.querySelector(".judging-form");
const items = [...form.querySelectorAll(".judge")];
const looked = form.querySelector("[data-looked]");
const send = form.querySelector("[data-send]");
const keys = { 1: "met", 2: "partly", 3: "missed", 0: "na" };

const machine = (item) => item.querySelector("[data-machine]");
const chosen = (item) => item.querySelector("input:checked");
const reason = (item) => item.querySelector("textarea");
const differs = (item) => chosen(item) !== machine(item);

function need(item) {
  reason(item).required = differs(item);
}

function accept(item) {
  item.dataset.seen = "";
  looked.textContent = items.filter((i) => "seen" in i.dataset).length;
  const next = items[items.indexOf(item) + 1];
  (next ?? send).focus({ preventScroll: Boolean(next) });
}

function choose(item, verdict) {
  const input = item.querySelector(`input[value="${verdict}"]`);
  input.checked = true;
  need(item);
  if (differs(item)) reason(item).focus({ preventScroll: true });
  else accept(item);
}

// An item that gets the focus shows itself, and the words it speaks of.
let last = null;
function show(item) {
  if (item === last) return;
  last?.classList.remove("here");
  item.classList.add("here");
  last = item;
  if (box.scrollHeight > box.clientHeight) {
    const at = item.offsetTop - box.clientHeight / 3;
    box.scrollTo({ top: at });
    const turn = document.getElementById("turn-" + item.dataset.turn);
    for (const lit of document.querySelectorAll(".turn.here")) lit.classList.remove("here");
    turn?.classList.add("here");
    turn?.scrollIntoView({ block: "center" });
  }
}

form.addEventListener("submit", () => { send.disabled = true; });

form.addEventListener("focusin", (e) => {
  const item = e.target.closest(".judge");
  if (item) show(item);
});

form.addEventListener("change", (e) => {
  const item = e.target.closest(".judge");
  if (item && e.target.type === "radio") choose(item, e.target.value);
});

document.addEventListener("keydown", (e) => {
  if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
    e.preventDefault();
    form.requestSubmit();
    return;
  }
  if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
  const item = e.target.closest?.(".judge");
  if (!item) return;
  if (e.target.tagName === "TEXTAREA") {
    if (e.key === "Enter" && !e.shiftKey && e.target.value.trim()) {
      e.preventDefault();
      accept(item);
    } else if (e.key === "Escape") {
      machine(item).checked = true;
      need(item);
      item.focus({ preventScroll: true });
    }
    return;
  }
  if (e.key === "Enter") {
    e.preventDefault();
    if (differs(item) && !reason(item).value.trim()) reason(item).focus({ preventScroll: true });
    else accept(item);
  } else if (e.key in keys) {
    e.preventDefault();
    choose(item, keys[e.key]);
  } else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
    const next = items[items.indexOf(item) + (e.key === "ArrowDown" ? 1 : -1)];
    if (next) {
      e.preventDefault();
      next.focus({ preventScroll: true });
    }
  }
});

for (const item of items) need(item);
if (matchMedia("(min-width: 1000px)").matches) (items.find(differs) ?? items[0])?.focus({ preventScroll: true });
