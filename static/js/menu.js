/** A <details data-menu> closes when one leaves it: Escape, a click or the focus elsewhere. */
function openMenus() {
  return document.querySelectorAll("details[data-menu][open]");
}

for (const event of ["click", "focusin"]) {
  document.addEventListener(event, ({ target }) => {
    for (const menu of openMenus()) if (!menu.contains(target)) menu.open = false;
  });
}

document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
