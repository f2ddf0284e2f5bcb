/** The bar under a grid: what is chosen or what has just happened, and what can be done then. */

const bar = document.querySelector("[data-chosen-bar]");
const part = (name) => bar.querySelector(`[data-chosen-${name}]`);

/** Says `words`; `url` leads where `link` ("book" or "form") says; `adjusts` shows what makes it longer or shorter. */
export function show({ words, url = "", link = "book", adjusts = false }) {
  part("words").textContent = words;
  for (const name of ["book", "form"]) {
    part(name).hidden = name !== link || !url;
    if (url) part(name).href = url;
  }
  for (const name of ["shorter", "longer"]) part(name).hidden = !adjusts;
  bar.hidden = false;
}

export function hide() {
  bar.hidden = true;
}

/** Calls `act` with how many half-hours more or less are asked for. */
export function onAdjust(act) {
  part("shorter").onclick = () => act(-1);
  part("longer").onclick = () => act(1);
}

export function onClose(act) {
  part("close").onclick = () => {
    hide();
    act();
  };
}
