/** `<button data-copy="id" data-said="words">` copies the field of that id; the field is selected where copying is refused. */
import { announce } from "./announce.js";

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    // Not on this page (no HTTPS) or not allowed: what is selected can be copied by hand.
    field.focus();
    return;
  }
  announce(button.dataset.said);
  const words = button.firstChild;
  const before = words.data;
  words.data = button.dataset.said;
  button.setAttribute("aria-disabled", "true");
  setTimeout(() => {
    words.data = before;
    button.removeAttribute("aria-disabled");
  }, 2000);
});
