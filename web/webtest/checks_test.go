package webtest

import (
	"testing"
)

// checks is the script that looks at a page the way a strict reader would. It
// returns what it found wrong, each as one line.
const checks = `(() => {
  const wrong = [];
  for (const a of document.getAnimations()) { try { a.finish(); } catch { a.cancel(); } } // one without an end cannot finish
  const name = (el) => el.tagName.toLowerCase() + (el.id ? "#" + el.id : "") + (typeof el.className === "string" && el.className ? "." + el.className.trim().split(/\s+/).join(".") : "");
  const seen = (el) => {
    if (!el.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const box = el.getBoundingClientRect();
    return box.width > 1 && box.height > 1;
  };

  // Nothing scrolls sideways.
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.querySelectorAll("body *")].filter((el) => el.getBoundingClientRect().right > root.clientWidth + 1 && seen(el)).slice(0, 3).map(name);
    wrong.push("scrolls sideways: " + root.scrollWidth + " > " + root.clientWidth + " by " + wide.join(", "));
  }

  // Every control says what it is.
  for (const el of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const label = el.getAttribute("aria-label") || [...(el.labels ?? [])].map((l) => l.textContent.trim()).join("") || document.getElementById(el.getAttribute("aria-labelledby"))?.textContent;
    if (!label) wrong.push("no label: " + name(el) + " name=" + el.name);
  }
  for (const el of document.querySelectorAll("a[href], button, summary")) {
    const says = (el.getAttribute("aria-label") || el.textContent || el.title).trim();
    if (!says && seen(el)) wrong.push("no words: " + name(el) + " " + (el.href ?? ""));
  }
  for (const el of document.querySelectorAll("img:not([alt])")) wrong.push("no alt: " + el.src);

  // One heading of the first level, a language, a title, ids once.
  if (document.querySelectorAll("h1").length !== 1) wrong.push("h1: " + document.querySelectorAll("h1").length);
  if (!root.lang || !document.title) wrong.push("no language or title");
  const ids = new Set();
  for (const el of document.querySelectorAll("[id]")) {
    if (ids.has(el.id)) wrong.push("id twice: " + el.id);
    ids.add(el.id);
  }

  // A key that nobody wrote stands in angle brackets.
  const lost = document.body.innerText.match(/⟨[^⟩]*⟩/g);
  if (lost) wrong.push("no text for " + lost.join(" "));

  // Contrast: AA for every visible text.
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const paint = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const ground = (el) => {
    const layers = [];
    for (let at = el; at; at = at.parentElement) {
      const c = paint(getComputedStyle(at).backgroundColor);
      if (c[3] > 0) layers.push(c);
      if (c[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), paint(getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches ? "#121212" : "#ffffff"));
  };
  const light = (c) => {
    const [r, g, b] = c.map((x) => x / 255).map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const told = new Set();
  for (let node; (node = walk.nextNode()); ) {
    const el = node.parentElement;
    if (!node.textContent.trim() || el.closest("script, style, template, [disabled], option, title") || !seen(el)) continue;
    const style = getComputedStyle(el);
    const back = ground(el);
    const front = over(paint(style.color), back);
    const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const need = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const key = name(el) + style.color;
    if (ratio < need && !told.has(key)) {
      told.add(key);
      wrong.push("contrast " + ratio.toFixed(2) + " < " + need + ": " + name(el) + " “" + node.textContent.trim().slice(0, 24) + "”");
    }
  }
  return wrong;
})()`

// Check looks at the page as it stands, in light and in dark.
func (b *Browser) Check(t testing.TB, where string) {
	t.Helper()
	for _, scheme := range []string{"light", "dark"} {
		b.Theme(t, scheme)
		for _, wrong := range Eval[[]string](t, b, checks) {
			t.Errorf("%s, %s: %s", where, scheme, wrong)
		}
	}
	b.Theme(t, "light")
	for _, x := range b.Trouble() {
		t.Errorf("%s: %s", where, x)
	}
}
