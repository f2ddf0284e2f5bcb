/**
 * Keeps what is typed in `<form data-draft="key">` in this browser until it is saved or given up.
 *
 * A lost session, a closed tab or a cut connection loses nothing: back on the page, the form opens again as it was left.
 * `data-drafts="structure"` is where forms `structure/section` open in place, or names whose `name/*` is saved there;
 * `data-forget-draft` gives one up; `data-not-draft` is around what a page puts in the form by itself; `data-draft-given` names the fields that the address filled in, which stay.
 */
import { announce } from "./announce.js";

const PREFIX = "draft:";
// What only makes sense in the form it was drawn in, and files, which a browser does not give back.
const LEFT_OUT = /(^csrfmiddlewaretoken|-opened|-seen|-keep|^vu|^garder|^demande)$/;

function fieldsOf(form) {
  return [...form.elements].filter(
    (field) =>
      field.name &&
      !LEFT_OUT.test(field.name) &&
      !["file", "submit", "button"].includes(field.type) &&
      !field.closest("[data-not-draft]"),
  );
}

function valuesOf(form) {
  return fieldsOf(form).map((field) => [
    field.name,
    ["checkbox", "radio"].includes(field.type) ? [field.value, field.checked] : field.value,
  ]);
}

function store(form) {
  const opened = [...form.elements].filter((field) => field.name.endsWith("-opened")).map((f) => [f.name, f.value]);
  try {
    localStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify({ values: valuesOf(form), opened }));
  } catch {
    // A full or forbidden storage: the form itself still holds the text.
  }
}

function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing was stored.
  }
}

function stored(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

function restore(form) {
  const draft = stored(form.dataset.draft);
  if (!draft || form.dataset.restored || form.querySelector("[role=alert]")) return;
  form.dataset.restored = "true";
  if (JSON.stringify(draft.values) === JSON.stringify(valuesOf(form))) return;
  const before = JSON.stringify(valuesOf(form));
  const given = (form.dataset.draftGiven ?? "").split(" ");
  const kept = {};
  for (const [name, value] of draft.values) (kept[name] ??= []).push(value);
  for (const field of fieldsOf(form)) {
    const value = kept[field.name]?.shift();
    if (value === undefined || given.includes(field.name)) continue;
    if (Array.isArray(value)) field.checked = value[1];
    else field.value = value;
  }
  // The draft was begun on what stood then: a colleague's change since must be shown, not overwritten.
  for (const [name, value] of draft.opened) form.elements[name].value = value;
  if (JSON.stringify(valuesOf(form)) === before) return;
  say(form, "Nous avons retrouvé ce que vous aviez écrit sans l’enregistrer.");
}

function say(form, text, link = null) {
  form.querySelector("[data-draft-note]")?.remove();
  const note = document.createElement("p");
  note.className = "notice";
  note.dataset.draftNote = "";
  note.append(text);
  if (link) note.append(" ", link);
  form.prepend(note);
  announce(text);
}

/** The answer of a lost session is the page where one signs in: it never takes the place of the form. */
function keepFormOnLostSession(event) {
  const answered = new URL(event.detail.xhr.responseURL || location.href, location.href).pathname;
  const asked = event.detail.pathInfo.requestPath.split(/[?#]/)[0];
  const form = event.detail.requestConfig.elt.closest?.("form[data-draft]");
  if (answered === asked || event.detail.xhr.status >= 400 || !form) return;
  event.detail.shouldSwap = false;
  refused(form, answered);
}

function refused(form, signIn) {
  store(form);
  const link = document.createElement("a");
  link.href = `${signIn}?next=${encodeURIComponent(location.pathname)}`;
  link.textContent = "Me reconnecter";
  say(form, "Votre session est finie. Ce que vous avez écrit est gardé dans ce navigateur.", link);
}

/** Refused because the session's mark is gone, or not answered at all. */
function keepFormOnFault(event) {
  const form = event.detail.requestConfig.elt.closest?.("form[data-draft]");
  if (!form) return;
  if (event.detail.xhr.status === 403) return refused(form, form.dataset.signIn);
  store(form);
  say(form, "Rien n’a été enregistré : la maison ne répond pas. Ce que vous avez écrit est gardé, essayez de nouveau.");
}

function openKeptSections() {
  const place = document.querySelector("[data-drafts]");
  if (!place) return;
  for (const edit of place.querySelectorAll(".part__edit")) {
    const key = `${place.dataset.drafts}/${edit.id.replace("edit-", "")}`;
    if (stored(key)) edit.click();
  }
}

/** `#enregistre` is where the page of all the sections leads once saved, `#enregistre-section` that of one. */
function forgetSaved() {
  const place = document.querySelector("[data-drafts]");
  const saved = location.hash.match(/^#enregistre(?:-(\w+))?$/);
  if (!saved || !place) return;
  for (const name of place.dataset.drafts.split(" ")) forget(`${name}/${saved[1] ?? "*"}`);
  history.replaceState(null, "", location.pathname);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form) store(form);
});
document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-forget-draft]")?.closest("form[data-draft]");
  if (form) forget(form.dataset.draft);
});
document.addEventListener("htmx:beforeSwap", keepFormOnLostSession);
document.addEventListener("htmx:responseError", keepFormOnFault);
document.addEventListener("htmx:sendError", keepFormOnFault);
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.requestConfig.elt.closest?.("form[data-draft]");
  const saved = event.detail.xhr.status === 200 && event.detail.requestConfig.verb === "post";
  if (form && saved && !form.querySelector("[data-draft-note] a")) forget(form.dataset.draft);
});
document.addEventListener("htmx:load", (event) => {
  const form = event.detail.elt.closest?.("form[data-draft]");
  if (form) restore(form);
});

forgetSaved();
for (const form of document.querySelectorAll("form[data-draft]")) restore(form);
// htmx listens for the same event, before: the links it will be asked to follow are its own by then.
document.addEventListener("DOMContentLoaded", openKeptSections);
