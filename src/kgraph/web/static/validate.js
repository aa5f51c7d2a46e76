// A file dropped on the form fills the field; while the server works, its progress is shown; after
// an answer, the verdict is where reading begins. Without this script the form does the same, mute.
(function () {
  "use strict";
  const formats = { ttl: "text/turtle", nt: "application/n-triples", rdf: "application/rdf+xml",
    owl: "application/rdf+xml", jsonld: "application/ld+json", trig: "application/trig",
    nq: "application/n-quads", n3: "text/n3" };

  function start() {
    const form = document.querySelector("[data-drop]");
    if (!form) return;
    const field = document.getElementById(form.dataset.drop);
    const fill = async (file) => {
      field.value = await file.text();
      const format = formats[file.name.split(".").pop().toLowerCase()];
      if (format) form.elements.format.value = format;
      form.elements.file.value = "";
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
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form).catch(() => form.submit());
    });
    const verdict = document.getElementById("verdict");
    if (verdict) verdict.focus();
  }

  async function ask(form) {
    const body = new FormData(form);
    const button = form.querySelector("button");
    button.disabled = true;
    const stop = show();
    try {
      const response = await fetch(form.action, {
        method: "POST", body, headers: { Accept: "application/x-ndjson" } });
      const page = await last(response, stop.tell);
      const main = new DOMParser().parseFromString(page, "text/html").querySelector("main");
      document.querySelector("main").replaceWith(main);
    } finally {
      stop();
      button.disabled = false;
    }
    start();
  }

  // Lines of JSON as they come; the last one has the page.
  async function last(response, tell) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw new Error("the answer broke off");
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        const found = JSON.parse(line);
        if (found.page) return found.page;
        tell(found);
      }
    }
  }

  function show() {
    const place = document.getElementById("progress");
    const [bar, words] = [place.querySelector("progress"), place.querySelector("span")];
    const began = Date.now();
    let stage = "sending";
    const write = () => {
      words.textContent = stage + " · " + Math.round((Date.now() - began) / 1000) + " s";
    };
    const clock = setInterval(write, 500);
    place.hidden = false;
    write();
    const stop = () => { clearInterval(clock); place.hidden = true; };
    stop.tell = ({ stage: now, done, total }) => {
      stage = total ? now + " " + done + " of " + total : now;
      if (total) { bar.max = total; bar.value = done; } else bar.removeAttribute("value");
      write();
    };
    return stop;
  }

  start();
})();
