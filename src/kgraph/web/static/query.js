// Put the editor in the place of the text field, and show its answers below; without this script,
// or without the editor's, the form does the same.
(function () {
  "use strict";
  const form = document.getElementById("plain");
  const host = document.getElementById("editor");
  const results = document.getElementById("results");
  if (!window.Yasgui || !host) return;

  const prefixes = JSON.parse(document.getElementById("prefixes").textContent);
  const endpoint = new URL(host.dataset.endpoint, location.href).href;
  const text = document.getElementById("text").value;
  form.hidden = true;
  host.hidden = false;
  results.replaceChildren();

  // Completers that ask services elsewhere are left out; ours knows the prefixes of this graph.
  window.Yasgui.Yasqe.registerAutocompleter({
    name: "kgraph-prefixes",
    bulk: true,
    autoShow: true,
    persistenceId: null,
    isValidCompletionPosition: (yasqe) => {
      const before = yasqe.getDoc().getLine(yasqe.getDoc().getCursor().line);
      return /^\s*prefix\s/i.test(before) && !before.includes("<");
    },
    get: () => Object.entries(prefixes).map(([name, iri]) => name + ": <" + iri + ">"),
    preProcessToken: (yasqe, token) => {
      const cursor = yasqe.getDoc().getCursor();
      const line = yasqe.getDoc().getLine(cursor.line).slice(0, cursor.ch);
      const typed = line.replace(/^\s*prefix\s+/i, "");
      return { ...token, autocompletionString: typed, from: { ch: cursor.ch - typed.length }, string: typed };
    },
    postProcessSuggestion: (yasqe, token, suggestion) => suggestion,
  }, false);

  const yasqe = new window.Yasgui.Yasqe(host, {
    value: text,
    persistenceId: null,
    autocompleters: ["variables", "kgraph-prefixes"],
    createShareableLink: null,
    resizeable: true,
    requestConfig: { endpoint, method: "POST" },
  });
  yasqe.setValue(text);
  const field = host.querySelector("textarea");
  if (field) field.setAttribute("aria-label", "SPARQL query; Ctrl and Enter runs it");

  const yasr = new window.Yasgui.Yasr(results, { persistenceId: null, prefixes });
  yasqe.on("queryResponse", (_, response, duration) => yasr.setResponse(response, duration));
  if (new URLSearchParams(location.search).has("query")) yasqe.query();
  window.kgraph = { yasqe, yasr };
})();
