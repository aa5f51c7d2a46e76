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

  const paragraph = (className, role) => {
    const made = document.createElement("p");
    made.className = className;
    made.hidden = true;
    if (role) made.setAttribute("role", role);
    return made;
  };
  const message = paragraph("message", "alert");
  const hint = paragraph("message soft", "status");
  const downloads = paragraph("downloads");
  const table = document.createElement("div");
  results.append(message, hint, table, downloads);
  const plain = { table: { enabled: true, dynamicConfig: { compact: true } } };
  const plugins = Object.assign({}, window.Yasgui.Yasr.defaults.plugins, plain);
  const yasr = new window.Yasgui.Yasr(table, { persistenceId: null, prefixes, plugins });
  // Our IRIs need not lead through the world: this server has their pages.
  const namespace = host.dataset.namespace;
  new MutationObserver(() => {
    for (const link of results.querySelectorAll("a[href^='" + namespace + "']")) {
      link.href = "/page/" + link.getAttribute("href").slice(namespace.length);
      link.removeAttribute("target");
    }
  }).observe(results, { childList: true, subtree: true });

  let marked = null;
  yasqe.on("query", () => mark(null));
  yasqe.on("queryResponse", (_, response, duration) => {
    const problem = problemIn(response);
    message.hidden = !problem;
    table.hidden = Boolean(problem);
    downloads.hidden = true;
    const told = response && response.headers && response.headers.get("Kgraph-Hint");
    hint.hidden = !told;
    hint.textContent = told || "";
    if (problem) {
      message.textContent = problem.detail;
      if (problem.line) mark(problem);
    } else {
      yasr.setResponse(response, duration);
      offer(response);
    }
  });
  function mark(problem) {
    if (marked) yasqe.removeLineClass(marked, "background", "wrong");
    marked = problem && yasqe.addLineClass(problem.line - 1, "background", "wrong");
    if (problem) yasqe.setCursor({ line: problem.line - 1, ch: (problem.column || 1) - 1 });
  }
  // The same answer as a file, and the query as an address to send to somebody.
  function offer(response) {
    const type = (response.headers && response.headers.get("Content-Type")) || "";
    const rows = /^\{\s*"head".*"results"/s.test((response.content || "").slice(0, 100000));
    const formats = !type.includes("sparql-results") ? ["turtle", "json-ld", "n-triples"]
      : rows ? ["csv", "tsv", "json", "xml"] : ["json", "xml"];
    downloads.replaceChildren("Download: ");
    for (const format of formats) {
      const link = document.createElement("a");
      link.href = endpoint + "?" + new URLSearchParams({ format, query: yasqe.getValue() });
      link.download = "answer." + ({ turtle: "ttl", "json-ld": "jsonld", "n-triples": "nt" }[format] || format);
      link.textContent = format;
      downloads.append(link, " · ");
    }
    const query = yasqe.getValue();
    const commit = response.headers && response.headers.get("Kgraph-Commit");
    const links = [["link to this query", "/query?" + new URLSearchParams({ query })]];
    if (commit) links.push(["this answer, to cite", endpoint + "?" + new URLSearchParams({ "as-of": commit, query })]);
    links.push(["how it was found", endpoint + "?" + new URLSearchParams({ explain: true, query })]);
    for (const [words, href] of links) {
      const link = document.createElement("a");
      link.href = href;
      link.textContent = words;
      downloads.append(link, links.at(-1)[1] === href ? "" : " · ");
    }
    downloads.hidden = false;
  }
  function problemIn(response) {
    const text = response && (response.message || (response.response && response.response.text));
    if (!text || !text.trimStart().startsWith("{")) return null;
    const found = JSON.parse(text);
    return found.detail ? found : null;
  }
  if (new URLSearchParams(location.search).has("query")) {
    yasqe.query().catch(() => results.focus()); // the event above has shown what went wrong
  }
  window.kgraph = { yasqe, yasr };
})();
