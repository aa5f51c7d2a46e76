// On a long list of terms or shapes: a field that leaves only the entries that have all its words.
(function () {
  "use strict";
  const place = document.querySelector(".narrow");
  const entries = [...document.querySelectorAll(".terms > div")];
  if (!place || !entries.length) return;
  const [field, count] = [place.querySelector("input"), place.querySelector("span")];
  const texts = entries.map((entry) => entry.textContent.toLowerCase());
  place.hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    entries.forEach((entry, at) => {
      entry.hidden = !words.every((word) => texts[at].includes(word));
      left += entry.hidden ? 0 : 1;
    });
    count.textContent = words.length ? left + " of " + entries.length : "";
  });
  // A link to a term that the field has put aside brings it back.
  window.addEventListener("hashchange", () => {
    const wanted = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (wanted && wanted.hidden) { field.value = ""; field.dispatchEvent(new Event("input")); wanted.scrollIntoView(); }
  });
})();
