/** Says `text` to screen readers through the live region of the page, without drawing it. */
export function announce(text) {
  const region = document.getElementById("announcements");
  region.querySelector("[data-spoken]")?.remove();
  const spoken = document.createElement("p");
  spoken.className = "visually-hidden";
  spoken.dataset.spoken = "";
  spoken.textContent = text;
  region.append(spoken);
}
