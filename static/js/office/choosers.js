// Starts what Wagtail starts with inline scripts, which our policy refuses: choosers, of which
// chaudronneries/office/choosers.py writes what they need, and panels (templates/wagtailadmin/panels/).

for (const { dataset } of document.querySelectorAll("template[data-starts]")) {
  const options = JSON.parse(dataset.options);
  if (dataset.for) {
    new window[dataset.starts](dataset.for, options);
  } else {
    new window[dataset.starts](options);
  }
}
