// Open tasks and refused changes, asked for with the token; it stays in this tab.
(function () {
  "use strict";
  const form = document.querySelector("[data-curator]");
  if (!form) return;
  const said = document.getElementById("said"), found = document.getElementById("found");
  const token = form.elements.token;
  token.value = sessionStorage.getItem("kgraph-token") || "";

  async function ask(path, how) {
    const headers = { Accept: "application/json", Authorization: "Bearer " + token.value };
    const response = await fetch(path, { ...how, headers: { ...headers, ...(how || {}).headers } });
    const answer = response.status === 204 ? null : await response.json();
    if (!response.ok) throw new Error(answer.detail || response.statusText);
    return answer;
  }

  function made(name, text, kind) {
    const node = document.createElement(name);
    node.textContent = text;
    if (kind) node.className = kind;
    return node;
  }

  function task(one) {
    const item = made("li", "", "finding " + one.severity.toLowerCase());
    item.append(made("span", one.severity, "severity"), " ");
    const link = made("a", one.focusNode);
    link.href = "/explain?node=" + encodeURIComponent(one.focusNode);
    item.append(link);
    for (const message of one.messages) item.append(made("p", message));
    const since = one.since ? "since commit " + one.since : "since an earlier commit";
    item.append(made("p", since + " · shape " + one.sourceShape, "hint"));
    return item;
  }

  async function tasks() {
    const asked = new URLSearchParams(
      ["severity", "shape"].map((name) => [name, form.elements[name].value]));
    const answer = await ask("/tasks?" + asked);
    found.replaceChildren(...answer.tasks.map(task));
    said.textContent = answer.tasks.length + " open, " + answer.accepted + " accepted, "
      + answer.counted + " only counted";
  }

  function button(text, act) {
    const node = made("button", text);
    node.type = "button";
    node.addEventListener("click", () => told(act));
    return node;
  }

  function change(one) {
    const item = made("li", "", "finding");
    item.append(made("h2", one.number + " · " + one.author + ": " + one.message));
    item.append(made("p", one.why));
    item.append(made("p", one.time, "hint"));
    const path = "/aside/" + one.number;
    const type = one.kind === "update" ? "application/sparql-update" : "application/n-quads";
    item.append(button("Open", async () => {
      const whole = await ask(path);
      const area = made("textarea", whole.body);
      area.rows = Math.min(30, whole.body.split("\n").length + 1);
      area.setAttribute("aria-label", "The change " + one.number);
      const send = (query) => ask(path + query, {
        method: "POST", body: area.value, headers: { "Content-Type": type } });
      const row = made("p", "");
      row.append(button("Try", async () => {
        const trial = await send("?dry-run=true");
        said.textContent = trial.refused ? "It would be refused: " + trial.refusal
          : "It would be committed: " + trial.becomesTrue.count + " become true, "
            + trial.stopsBeingTrue.count + " stop being true";
      }), " ", button("Send", async () => {
        const commit = await send("");
        await aside();
        said.textContent = "It is commit " + commit.commit;
      }), " ", button("Drop", async () => {
        await ask(path, { method: "DELETE" });
        await aside();
      }));
      item.replaceChildren(...[...item.children].slice(0, 3), area, row);
    }));
    return item;
  }

  async function aside() {
    const answer = await ask("/aside");
    found.replaceChildren(...answer.changes.map(change));
    said.textContent = answer.changes.length + " set aside"
      + (answer.damaged.length ? "; damaged: " + answer.damaged.join(", ") : "");
  }

  async function told(act) {
    try {
      await act();
    } catch (error) {
      said.textContent = error.message;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sessionStorage.setItem("kgraph-token", token.value);
    told(form.dataset.curator === "tasks" ? tasks : aside);
  });
})();
