/** On a phone the filters start folded; on a wide screen they stand open beside the list (directory.css shows them
before this runs). */
const filters = document.querySelector("[data-folds-on-phone]");
const wide = window.matchMedia("(min-width: 60rem)");

function fit() {
  filters.open = wide.matches;
}

fit();
wide.addEventListener("change", fit);
