// A file dropped on the form fills the field; after an answer, the verdict is where reading begins.
(function () {
  "use strict";
  const form = document.querySelector("[data-drop]");
  if (!form) return;
  const field = document.getElementById(form.dataset.drop);
  const formats = { ttl: "text/turtle", nt: "application/n-triples", rdf: "application/rdf+xml",
    owl: "application/rdf+xml", jsonld: "application/ld+json", trig: "application/trig",
    nq: "application/n-quads", n3: "text/n3" };

  const fill = async (file) => {
    field.value = await file.text();
    const format = formats[file.name.split(".").pop().toLowerCase()];
    if (format) form.elements.format.value = format;
  };
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files.length) fill(event.dataTransfer.files[0]);
  });
  form.elements.file.addEventListener("change", () => {
    if (form.elements.file.files.length) fill(form.elements.file.files[0]);
  });
  const verdict = document.getElementById("verdict");
  if (verdict) verdict.focus();
})();
