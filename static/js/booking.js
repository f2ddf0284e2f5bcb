/**
 * The form of a booking: a title in one tap, an end that follows its start.
 *
 * Without this the form asks for the same things, typed.
 */
const form = document.querySelector("[data-booking-form]");
const DAY = 24 * 60;

function minutes(time) {
  const [hours, rest] = time.split(":").map(Number);
  return hours * 60 + rest;
}

function clock(total) {
  return [Math.floor(total / 60), total % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

function offerTitles() {
  const titles = form.querySelector("[data-titles]");
  if (!titles) return;
  titles.hidden = false;
  titles.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-title]");
    if (!chosen) return;
    form.elements.objet.value = chosen.textContent;
    form.elements.objet.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/** The booking keeps its length when its start moves, within the day. */
function followStart() {
  const { debut, fin, jour_fin: lastDay } = form.elements;
  let start = debut.value;
  debut.addEventListener("change", () => {
    const length = minutes(fin.value || "00:00") - minutes(start || "00:00");
    const end = minutes(debut.value || "00:00") + length;
    if (debut.value && start && length > 0 && end < DAY && !lastDay.value) fin.value = clock(end);
    start = debut.value;
  });
}

/** What the browser gave back from a draft is another wish than the one that the page looked at. */
function lookAgain() {
  if (form.dataset.restored) form.elements.jour.dispatchEvent(new Event("change", { bubbles: true }));
}

if (form) {
  offerTitles();
  followStart();
  document.addEventListener("DOMContentLoaded", lookAgain);
}
