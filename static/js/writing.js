/**
 * Writing a post: the draft keeps itself when one pauses or leaves, files leave as soon as they are chosen, texts have
 * a small toolbar, the summary counts its letters. Without this script, the buttons of the form do all of it.
 */
const PAUSE = 4000;
const form = () => document.getElementById("writing");
let timer = 0;
let dirty = false;
let inFlight = 0;

// What was found again in this browser is put back once, on opening: later, the form is what the house sent.
form().dataset.restored = "true";

function keep() {
  clearTimeout(timer);
  if (!dirty) return;
  dirty = false;
  form().querySelector("[data-keeps]").dispatchEvent(new Event("garder"));
}

function later() {
  dirty = true;
  clearTimeout(timer);
  timer = setTimeout(keep, PAUSE);
}

function count(field) {
  const most = Number(field.maxLength);
  let said = field.parentElement.querySelector("[data-count]");
  if (!said) {
    said = document.createElement("p");
    said.className = "field__help";
    said.dataset.count = "";
    field.after(said);
  }
  said.textContent = `${field.value.length} sur ${most} signes`;
}

const MARKS = {
  heading: { line: "## " },
  list: { line: "- " },
  bold: { around: "**", word: "gras" },
  italic: { around: "*", word: "italique" },
};

/** Typed as if by hand, so that it can be undone. */
function type(field, text) {
  field.focus();
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function mark(field, name) {
  const chosen = field.value.slice(field.selectionStart, field.selectionEnd);
  const { line, around, word } = MARKS[name] ?? {};
  if (line) {
    const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
    const lines = field.value.slice(start, field.selectionEnd);
    field.setSelectionRange(start, field.selectionEnd);
    type(field, lines.split("\n").map((one) => (one.startsWith(line) ? one : line + one)).join("\n"));
  } else if (around) {
    const start = field.selectionStart + around.length;
    const inside = chosen || word;
    type(field, around + inside + around);
    field.setSelectionRange(start, start + inside.length);
  } else {
    const isAddress = /^https?:\/\/\S+$/.test(chosen);
    const words = isAddress || !chosen ? "mots" : chosen;
    const address = isAddress ? chosen : "https://";
    const start = field.selectionStart + (isAddress ? 1 : words.length + 3);
    type(field, `[${words}](${address})`);
    field.setSelectionRange(start, start + (isAddress ? words : address).length);
  }
}

function dress() {
  for (const tools of document.querySelectorAll(".writing__tools")) tools.hidden = false;
  for (const field of document.querySelectorAll("[data-counter]")) count(field);
}

function catchUp() {
  const fields = [...form().elements];
  if (fields.some((field) => field.type !== "file" && field.value !== (field.defaultValue ?? field.value))) later();
  if (fields.some((field) => field.matches("[data-sent-at-once]") && field.files.length)) {
    form().querySelector("[data-uploads]").click();
  }
}

document.addEventListener("input", (event) => {
  if (!event.target.closest("#writing")) return;
  if (event.target.type !== "file") later();
  if (event.target.matches("[data-counter]")) count(event.target);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("#writing [data-sent-at-once]") && event.target.files.length) {
    form().querySelector("[data-uploads]").click();
  }
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("#writing [data-mark]");
  if (button) mark(button.closest(".writing__text").querySelector("textarea"), button.dataset.mark);
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") keep();
});
// Back from another page, the browser shows this one as it was: the draft has moved on.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.detail.elt.closest("#writing")) return;
  inFlight += 1;
  // Whatever is asked takes along all that is typed.
  clearTimeout(timer);
  if (!event.detail.elt.closest(".writing__tools")) dirty = false;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig.elt.closest?.("#writing") || inFlight) inFlight = Math.max(0, inFlight - 1);
});
// A draft that is being kept first: sent meanwhile, the form would meet its own version.
document.addEventListener("submit", (event) => {
  if (event.target.id !== "writing") return;
  clearTimeout(timer);
  if (!inFlight) return;
  event.preventDefault();
  const { submitter } = event;
  document.addEventListener("htmx:afterSettle", () => form().requestSubmit(submitter?.isConnected ? submitter : null), {
    once: true,
  });
});
document.addEventListener("htmx:load", () => {
  if (form()) form().dataset.restored = "true";
  dress();
});
// On a slow line, somebody has chosen a file or written before this script came.
document.addEventListener("htmx:load", catchUp, { once: true });
dress();
