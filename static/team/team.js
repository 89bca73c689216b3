// The team table by keyboard: arrows, j and k move between people, x selects a person, / searches.
// Also keeps the focus and the selection when rows are updated.

import { typedField } from "../shared/key-name.js";

const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };
const personLinks = () => [...document.querySelectorAll("[data-who] [data-open]")];
const searchField = () => document.querySelector("[data-find]");

function move(event) {
  const links = personLinks();
  const current = links.indexOf(
    event.target.closest("[data-who]")?.querySelector("[data-open]"),
  );
  const next = current < 0 ? 0 : current + STEPS[event.key];
  if (!links[next]) return;
  event.preventDefault();
  links[next].focus();
}

function toggleSelection(event) {
  const row = event.target.closest("[data-who]");
  if (!row) return;
  event.preventDefault();
  row.querySelector("input[type=checkbox]").click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = typedField(event.target);
  if (field) {
    if (event.key === "Escape" && field.matches("[data-find]")) personLinks()[0]?.focus();
    return;
  }
  if (event.key in STEPS) move(event);
  else if (event.key === "x") toggleSelection(event);
  else if (event.key === "/") {
    event.preventDefault();
    searchField()?.focus();
  }
});

// Coming back from a person's page focuses that person. On `load`, because the browser itself goes to
// the fragment of the address before, which takes the focus away.
addEventListener("load", () => {
  const row = location.hash.startsWith("#person-") && document.querySelector(location.hash);
  if (row) row.querySelector("[data-open]").focus();
});

// A row that is replaced keeps its focus, and stays selected while it has the same hours: what is
// selected is what was seen.
let before = null;

document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  before = {
    focused: detail.target.contains(document.activeElement) ? document.activeElement.id : "",
    selected: [...detail.target.querySelectorAll("[name=week]:checked")].map(({ value }) => value),
  };
});

document.addEventListener("htmx:oobAfterSwap", () => {
  for (const value of before?.selected ?? []) {
    const checkbox = document.querySelector(`[name=week][value="${CSS.escape(value)}"]`);
    if (checkbox) checkbox.checked = true;
  }
  if (before?.focused) document.getElementById(before.focused)?.focus();
  before = null;
  document.dispatchEvent(new Event("selection:changed"));
});
