// A practice call: Enter sends, Esc holds, the customer's words appear as
// speech does. The server has the truth; what is typed here is shown at once
// and marked when it did not arrive.

const call = document.querySelector("[data-call]");
const form = call.querySelector("[data-say-form]");
const box = form.querySelector("textarea");
const lines = call.querySelector("[data-lines]");
const scroll = call.querySelector("[data-scroll]");
const curtain = call.querySelector("[data-curtain]");
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const phone = matchMedia("(max-width: 900px)");
let over = call.hasAttribute("data-over");
let busy = false;
let skip = null; // finishes the line that is appearing

// The clock counts from the server's start, corrected by the difference of
// the two clocks when the page came.
const drift = Date.now() - Number(call.dataset.now);
const started = Number(call.dataset.started) + drift;
const clock = (ms) => {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
};
// An examination ends by itself. The server does it; the page shows the time that
// is left, and asks the server when it is over.
const deadline = call.dataset.deadline ? Number(call.dataset.deadline) + drift : 0;
function left() {
  const ms = deadline - Date.now();
  call.querySelector("[data-left-clock]").textContent = clock(ms + 999);
  const last = ms < 60000;
  if (last && !call.querySelector("[data-left]").classList.contains("last")) {
    call.querySelector("[data-left]").classList.add("last");
    const says = call.querySelector("[data-left-says]");
    says.textContent = says.dataset.minute;
  }
  if (ms < -300) { over = true; clearInterval(ticking); location.reload(); }
}
const tick = () => {
  if (over) return;
  call.querySelector("[data-clock]").textContent = clock(Date.now() - started);
  if (deadline) left();
};
const ticking = setInterval(tick, 500);
tick();

const down = () => { scroll.scrollTop = scroll.scrollHeight; };
down();
if (phone.matches) call.querySelector(".desk-fold").open = false;

// The typing area keeps the focus: whoever begins to type, types there.
document.addEventListener("keydown", (e) => {
  if (over || e.ctrlKey || e.metaKey || e.altKey || e.target.matches("input, textarea, select, button, summary, a")) return;
  if (e.key.length === 1 && !"/?".includes(e.key)) box.focus();
});

box.addEventListener("keydown", (e) => {
  if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return; // 229: the input method takes the key
  e.preventDefault();
  form.requestSubmit();
});

form.addEventListener("submit", async (e) => {
  e.preventDefault();
  const text = box.value.trim();
  if (!text || busy || over) return;
  busy = true;
  skip?.();
  hold(false);
  call.querySelector("[data-opening]")?.remove();
  lines.querySelector(".unsent")?.remove();
  const own = add("agent", text);
  box.value = "";
  const wait = setTimeout(thinking, 350);
  const turn = await send(call.dataset.say, { text });
  clearTimeout(wait);
  lines.querySelector(".thinking")?.remove();
  busy = false;
  if (!turn) {
    own.classList.add("unsent");
    own.title = call.dataset.unsent;
    own.append(Object.assign(document.createElement("small"), { textContent: call.dataset.unsent }));
    box.value = text;
    box.focus();
    return;
  }
  await take(turn);
  if (!over) box.focus();
});

// send posts and returns the turn that came back, or null when it did not
// arrive. A refusal (the call was moved on in another window) reloads.
async function send(url, fields) {
  try {
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { "X-Part": "turn" } });
    if (answer.status === 409 || answer.redirected) { location.reload(); return null; }
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("[data-turn]");
  } catch {
    return null;
  }
}

// take shows what came back: notes first, then the words, then the end.
async function take(turn) {
  const notes = turn.querySelector("[data-notes]");
  if (notes) {
    call.querySelector("[data-notes]")?.replaceWith(notes);
    setTimeout(() => notes.querySelector(".hint-card")?.classList.add("fading"), 12000);
  }
  over = turn.hasAttribute("data-over");
  for (const li of turn.querySelectorAll("ol > li")) {
    lines.append(li);
    await appear(li);
  }
  if (over) fall(turn.dataset.overText);
}

function add(who, text) {
  const li = document.createElement("li");
  li.className = `line ${who}`;
  const p = document.createElement("p");
  p.textContent = text;
  li.append(p);
  lines.append(li);
  down();
  return li;
}

function thinking() {
  const li = add("customer", "");
  li.classList.add("thinking");
  li.setAttribute("aria-hidden", "true");
  li.firstChild.append(...[1, 2, 3].map(() => document.createElement("i")));
  down();
}

// appear lets a line grow at the pace of speech. Whoever reads with a screen
// reader gets it whole; a key or a click shows the rest at once.
function appear(li) {
  const p = li.querySelector("p[data-speech]");
  if (!p) return Promise.resolve();
  const text = p.textContent;
  speak(text);
  if (still) { down(); return Promise.resolve(); }
  const shown = [...text];
  const pace = /\p{Script=Han}/u.test(text) ? 70 : 24;
  const twin = p.cloneNode();
  twin.setAttribute("aria-hidden", "true");
  p.className = "unseen";
  li.append(twin);
  li.classList.add("speaking");
  return new Promise((done) => {
    let n = 0;
    const finish = () => {
      clearInterval(timer);
      twin.remove();
      p.className = "";
      li.classList.remove("speaking");
      skip = null;
      down();
      done();
    };
    const timer = setInterval(() => {
      n += 1;
      twin.textContent = shown.slice(0, n).join("");
      down();
      if (n >= shown.length) finish();
    }, pace);
    skip = finish;
  });
}
scroll.addEventListener("click", () => skip?.());
box.addEventListener("input", () => skip?.());

// Only voices that live on this device may speak: no word leaves it.
const voiceButton = call.querySelector("[data-voice]");
const voices = () => (window.speechSynthesis?.getVoices() ?? []).filter((v) => v.localService && v.lang.toLowerCase().startsWith(call.dataset.speech));
let aloud = localStorage.getItem("lianxi.voice") === "on";
function offerVoice() {
  voiceButton.hidden = voices().length === 0;
  voiceButton.setAttribute("aria-pressed", String(aloud));
}
offerVoice();
window.speechSynthesis?.addEventListener?.("voiceschanged", offerVoice);
voiceButton.addEventListener("click", () => {
  aloud = !aloud;
  localStorage.setItem("lianxi.voice", aloud ? "on" : "off");
  if (!aloud) window.speechSynthesis.cancel();
  offerVoice();
  box.focus();
});
function speak(text) {
  const voice = voices()[0];
  if (!aloud || !voice) return;
  window.speechSynthesis.cancel();
  const said = new SpeechSynthesisUtterance(text);
  said.voice = voice;
  said.lang = voice.lang;
  said.rate = (Number(call.dataset.rate) || 100) / 100;
  said.pitch = (Number(call.dataset.pitch) || 100) / 100;
  window.speechSynthesis.speak(said);
}

// Hold: the customer hears nothing, and waits.
const holdBox = call.querySelector("[data-on-hold]");
const holdButton = call.querySelector("[data-hold]");
let since = 0;
setInterval(() => { if (since) call.querySelector("[data-hold-clock]").textContent = clock(Date.now() - since); }, 500);
function hold(on) {
  if (over || on === !holdBox.hidden) return;
  holdBox.hidden = !on;
  holdButton.setAttribute("aria-pressed", String(on));
  since = on ? Date.now() : 0;
  call.querySelector("[data-hold-clock]").textContent = "0:00";
  (on ? call.querySelector("[data-unhold]") : box).focus();
}
holdButton.addEventListener("click", () => hold(holdBox.hidden));
call.querySelector("[data-unhold]").addEventListener("click", () => hold(false));
document.addEventListener("keydown", (e) => {
  if (e.key === "Escape" && !e.isComposing && !document.querySelector("dialog[open]")) { e.preventDefault(); hold(holdBox.hidden); }
});

// Hanging up is felt: the line goes quiet, the curtain falls, then the result.
call.querySelector("[data-hang-up]").addEventListener("submit", async (e) => {
  e.preventDefault();
  if (over) return;
  skip?.();
  const turn = await send(call.dataset.end, {});
  if (turn) await take(turn);
});

function fall(text) {
  clearInterval(ticking);
  window.speechSynthesis?.cancel();
  holdBox.hidden = true;
  call.querySelector("[data-curtain-text]").textContent = text;
  call.querySelector("[data-curtain-clock]").textContent = clock(Date.now() - started);
  curtain.hidden = false;
  curtain.classList.add("falls");
  for (const el of [box, holdButton, ...call.querySelectorAll("[data-hang-up] button, [data-say-form] button")]) el.disabled = true;
  curtain.querySelector("[data-to-result]").focus();
  setTimeout(() => { location.href = call.dataset.result; }, still ? 4000 : 2600);
}
