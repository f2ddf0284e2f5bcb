/** The page of the map: its drawing, and one address for everything that is seen.

Links and filters lead to addresses of this page; here they are fetched, and the parts that they change are put in
place. Without script the same links and the same form load the page. */
import { announce } from "./announce.js";
import { MapCanvas } from "./map-canvas.js";

const page = document.querySelector("[data-map]");
const form = page.querySelector("[data-map-form]");
const frame = page.querySelector("[data-map-frame]");
const container = page.querySelector("[data-map-canvas]");
const hint = page.querySelector("[data-map-hint]");
const TYPING_PAUSE = 250;
const STEP = 60;
let waiting;

const canvas = new MapCanvas(container, { onChoose: choose, onUnfold: unfold });

function data() {
  return JSON.parse(document.getElementById("map-data").textContent);
}

/** Load an address of this page and show what it changes; `push` adds it to the history, `fit` shows the whole map,
`read` brings the panel into view: on a phone it stands under the map. */
async function go(address, { push = true, fit = false, read = false } = {}) {
  waiting?.abort();
  waiting = new AbortController();
  page.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: waiting.signal });
    // Signed out meanwhile, or a fault: the whole page says so better.
    if (!answer.ok || answer.redirected) return location.assign(address);
    const parts = document.createElement("template");
    parts.innerHTML = await answer.text();
    if (push) history.pushState(null, "", address);
    show(parts.content, fit);
    if (read) page.querySelector(".map-panel__head")?.scrollIntoView({ block: "nearest" });
  } catch (fault) {
    if (fault.name !== "AbortError") location.assign(address);
    return;
  }
  page.removeAttribute("aria-busy");
}

function show(parts, fit) {
  const focused = document.activeElement?.id;
  const said = document.getElementById("map-told").dataset.mapSaid;
  const before = canvas.chosen;
  for (const part of parts.querySelectorAll("[data-map-part], #map-data")) document.getElementById(part.id).replaceWith(part);
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus({ preventScroll: true });
  const drawn = data();
  canvas.show(drawn);
  if (fit) canvas.fit(undefined, 300);
  else if (drawn.chosen) canvas.reveal(drawn.chosen);
  const now = document.getElementById("map-told").dataset.mapSaid;
  const title = document.getElementById("map-panel-title");
  if (drawn.chosen !== before && title) announce(title.textContent);
  else if (now !== said) announce(now);
}

function address(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    query.delete(name);
    for (const one of [value].flat()) if (one) query.append(name, one);
  }
  return `?${query}`;
}

function choose(key) {
  if (key === canvas.chosen) return;
  canvas.choose(key);
  go(address({ choix: key }), { read: true });
}

function unfold(key) {
  if (!key) return;
  const unfolded = new Set(new URLSearchParams(location.search).getAll("deplie"));
  if (!unfolded.delete(key)) unfolded.add(key);
  go(address({ choix: key, deplie: [...unfolded] }));
}

page.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.pathname !== location.pathname || link.hash) return;
  event.preventDefault();
  const wanted = new URLSearchParams(link.search);
  const now = new URLSearchParams(location.search);
  const refit = ["vue", "centre", "portee"].some((name) => wanted.get(name) !== now.get(name));
  go(link.search || location.pathname, { fit: refit });
});

// Filters answer as they change, the search as one types; only the last pause is fetched.

let pause;

function filter({ fit = true } = {}) {
  clearTimeout(pause);
  const query = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...query]) if (!value) query.delete(name, value);
  go(`?${query}`, { fit });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  filter();
});
form.addEventListener("input", ({ target }) => {
  clearTimeout(pause);
  pause = setTimeout(filter, target.type === "search" ? TYPING_PAUSE : 0);
});

window.addEventListener("popstate", async () => {
  await go(location.href, { push: false, fit: true });
  restoreForm();
});

function restoreForm() {
  const query = new URLSearchParams(location.search);
  for (const field of form.querySelectorAll("input:not([type=hidden]), select")) {
    if (field.type === "checkbox") field.checked = query.getAll(field.name).includes(field.value);
    else field.value = query.get(field.name) ?? "";
  }
}

// The canvas: keyboard, wheel, touch, its buttons.

const ACTS = {
  in: () => canvas.zoom(1.4),
  out: () => canvas.zoom(1 / 1.4),
  fit: () => canvas.fit(undefined, 300),
  expand: () => expand(!page.classList.contains("map--expanded")),
};
const KEYS = {
  ArrowLeft: () => canvas.pan(-STEP, 0),
  ArrowRight: () => canvas.pan(STEP, 0),
  ArrowUp: () => canvas.pan(0, -STEP),
  ArrowDown: () => canvas.pan(0, STEP),
  "+": ACTS.in,
  "-": ACTS.out,
  0: ACTS.fit,
};

page.addEventListener("click", ({ target }) => ACTS[target.closest("[data-map-act]")?.dataset.mapAct]?.());

container.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});

document.addEventListener("keydown", ({ key }) => key === "Escape" && expand(false));

/** The map takes the whole window: one finger or the wheel then moves the map, not the page. */
function expand(wanted) {
  page.classList.toggle("map--expanded", wanted);
  page.querySelector("[data-map-act=expand]").setAttribute("aria-pressed", String(wanted));
  setTouch();
  requestAnimationFrame(() => canvas.fit());
}

function setTouch() {
  const expanded = page.classList.contains("map--expanded");
  const coarse = matchMedia("(pointer: coarse)").matches;
  canvas.network?.setOptions({ interaction: { dragView: expanded || !coarse } });
  for (const element of container.querySelectorAll(".vis-network, canvas")) element.style.touchAction = expanded ? "none" : "pan-y";
}

let hinting;
frame.addEventListener(
  "wheel",
  (event) => {
    if (event.ctrlKey || event.metaKey || page.classList.contains("map--expanded")) return;
    // The page scrolls; the map does not catch the wheel in passing.
    event.stopPropagation();
    hint.hidden = false;
    clearTimeout(hinting);
    hinting = setTimeout(() => (hint.hidden = true), 1200);
  },
  { capture: true, passive: true },
);

container.hidden = false;
page.querySelector("[data-map-tools]").hidden = false;
canvas.show(data());
setTouch();
if (canvas.chosen) canvas.reveal(canvas.chosen);
