/**
 * The page of savoirs: what the combobox chooses is declared at once; notes are saved when one leaves them and kept on this
 * device until they are; the focus goes where the next gesture is; a lost session or network is said, and loses nothing.
 */
import "./combobox.js";

const PASSING = 12000;
const SAVE_PAUSE = 250;

/* Choosing */

document.addEventListener("combobox:choose", ({ target, detail }) => {
  const form = document.getElementById("savoirs-declare");
  // Not `elements.item`, which is a method of the collection.
  for (const name of ["item", "label", "nature"]) form.elements.namedItem(name).value = detail[name] ?? "";
  form.elements.position.value = new FormData(target).get("position") ?? "";
  form.requestSubmit();
});

document.addEventListener("combobox:lost", () => lost());

/* Notes: a draft lives in this tab until the house has it */

const draftKey = (form) => `savoirs/${form.dataset.draft}`;
const drafted = (scope) => scope.querySelectorAll("form[data-draft]");

function restore(scope) {
  for (const form of drafted(scope)) {
    const draft = sessionStorage.getItem(draftKey(form));
    const { precision } = form.elements;
    if (draft === null || draft === precision.value) continue;
    precision.value = draft;
    precision.closest("details").open = true;
  }
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-draft]");
  if (form) sessionStorage.setItem(draftKey(form), target.value);
});

document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const form = target.closest("textarea") && target.closest("form[data-draft]");
  if (!form || form.contains(relatedTarget)) return;
  // A moment, so that a button of the same form, which saves the note too, goes first.
  setTimeout(() => {
    const changed = form.isConnected && target.value !== target.defaultValue;
    if (changed && !form.classList.contains("htmx-request")) form.requestSubmit();
  }, SAVE_PAUSE);
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const form = detail.elt.closest?.("form[data-draft]");
  if (form && detail.shouldSwap && detail.xhr.status < 300) sessionStorage.removeItem(draftKey(form));
});

/* After each change */

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  restore(document);
  if (detail.requestConfig?.verb === "post") refocus(detail.requestConfig.elt);
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig.verb === "post" && detail.successful) document.body.dispatchEvent(new Event("declared"));
});

/** A question takes the focus; else, when what had it is gone: the note's summary, or the way to undo. */
function refocus(form) {
  const asked = document.querySelector("[data-takes-focus]");
  if (asked) return asked.focus();
  if (document.activeElement && document.activeElement !== document.body) return;
  const entry = form?.dataset.draft && document.getElementById(`note-of-${form.dataset.draft.split("/")[1]}`);
  const next = entry || document.getElementById("undo-said") || document.getElementById("undo-latest");
  next?.focus({ preventScroll: true });
}

/* What has been said passes, unless somebody is on it; undoing stays in the page */

let passing;
new MutationObserver(() => {
  clearTimeout(passing);
  passing = setTimeout(function pass() {
    const said = document.querySelector("#announcements [data-passing]");
    if (said?.matches(":hover, :focus-within")) passing = setTimeout(pass, PASSING);
    else said?.remove();
  }, PASSING);
}).observe(document.querySelector("main"), { childList: true, subtree: false });

/* A session that ended, a network that left */

/** Says it where it is seen; `address` leads to what helps. */
function lost() {
  const said = document.createElement("p");
  said.className = "notice notice--error savoirs-said";
  const again = document.createElement("a");
  again.href = location.href;
  again.textContent = "Recharger la page";
  said.append("La maison n’a pas répondu : votre session est peut-être fermée, ou le réseau coupé. Ce que vous avez écrit est gardé. ", again);
  document.getElementById("announcements").replaceChildren(said);
}

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, pathInfo } = event.detail;
  const answered = new URL(xhr.responseURL || location.href).pathname;
  const asked = new URL(pathInfo.finalRequestPath, location.href).pathname;
  if (answered === asked) return;
  event.preventDefault();
  lost();
});
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(name, lost);

restore(document);
