// Records are folded on long pages: a button opens all of them, and a link opens the one it leads to.
(function () {
  "use strict";
  const button = document.getElementById("open-all");
  const records = document.querySelectorAll("details.record");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = button.textContent === "Open all";
    records.forEach((record) => { record.open = open; });
    button.textContent = open ? "Close all" : "Open all";
  });
})();
