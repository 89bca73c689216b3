// The field that adds a task, as a combobox: arrows move through the results, Enter takes the selected
// one, which is the first at the beginning, and Escape closes the list.
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
import { isComposing } from "../shared/key-name.js";

const query = document.getElementById("query");
const found = document.getElementById("found");
const options = () => [...found.querySelectorAll("[role=option]")];
const chosen = () => found.querySelector("[aria-selected=true]");
// The text whose results are on the page, and whether Enter was pressed before they came.
let shownFor = null;
let takesFirst = false;

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", other === option);
  query.setAttribute("aria-expanded", Boolean(option));
  if (option) query.setAttribute("aria-activedescendant", option.id);
  else query.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = options();
  const place = all.indexOf(chosen());
  choose(all[(place + step + all.length) % all.length]);
}

function take() {
  if (shownFor === query.value.trim()) chosen()?.click();
  else takesFirst = true;
}

query?.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  const { key } = event;
  const isOpen = options().length > 0;
  if (isOpen && (key === "ArrowDown" || key === "ArrowUp")) move(key === "ArrowDown" ? 1 : -1);
  else if (key === "Enter") take();
  else return;
  event.preventDefault();
});

query?.addEventListener("input", () => {
  takesFirst = false;
});

// The results may have been requested before the last letters were typed.
found?.addEventListener("htmx:afterSettle", ({ detail }) => {
  shownFor = String(detail.requestConfig.parameters.query ?? "").trim();
  choose(options()[0]);
  if (!takesFirst || shownFor !== query.value.trim()) return;
  takesFirst = false;
  chosen()?.click();
});

function close() {
  found.replaceChildren();
  shownFor = null;
  choose(null);
}

document.addEventListener("focusin", ({ target }) => {
  if (found && !target.closest(".add-row")) close();
});

document.addEventListener("row:placed", () => found && close());
