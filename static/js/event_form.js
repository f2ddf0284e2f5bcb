/** A meeting's questions: as many rows as one wants, up to what the formset takes. */
for (const rows of document.querySelectorAll("[data-rows]")) {
  const total = rows.querySelector("[name$='-TOTAL_FORMS']");
  const most = Number(rows.querySelector("[name$='-MAX_NUM_FORMS']").value);
  const template = rows.querySelector("template[data-row]");
  const button = rows.querySelector("[data-add-row]");
  button.parentElement.hidden = Number(total.value) >= most;
  button.addEventListener("click", () => {
    const row = document.createElement("div");
    row.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
    const added = row.firstElementChild;
    template.before(added);
    total.value = Number(total.value) + 1;
    button.parentElement.hidden = Number(total.value) >= most;
    added.querySelector("input:not([type=hidden])").focus();
  });
}
