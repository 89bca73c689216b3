// What is done with the selected people: the bar that counts them, approving and sending back in
// place, and the keys for it. The words come from the page, with %n, %t, %f and %s in them.

import { typedField } from "../shared/key-name.js";
import { isOurs } from "../shared/no-answer.js";

const bar = () => document.querySelector("[data-selection]");
// Not the hidden fields of the same name in other forms.
const choices = () => [...document.querySelectorAll("[name=week][type=checkbox]")];
const selected = () => choices().filter(({ checked }) => checked);
const sum = (boxes, name) => boxes.reduce((total, box) => total + Number(box.dataset[name]), 0);
const hours = (minutes) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;

function pick(words, isFirst) {
  const [first, second] = words.split("|");
  return isFirst ? first : second;
}

function showSelection() {
  if (!bar()) return;
  const boxes = selected();
  const flags = boxes.filter((box) => box.dataset.flags !== "0").length;
  const rows = choices().length;
  const all = document.querySelector("[data-select-all]");
  bar().toggleAttribute("data-empty", boxes.length === 0);
  for (const button of bar().querySelectorAll("[data-needs-selection]")) {
    button.disabled = boxes.length === 0;
  }
  write("[data-selected]", "selected", (words) => words.replace("%n", boxes.length));
  write("[data-facts]", "facts", (words) =>
    pick(words, flags === 0).replace("%t", hours(sum(boxes, "minutes"))).replace("%f", flags),
  );
  write("[data-approve]", "approve", (words) =>
    pick(words, boxes.length === 1).replace("%n", boxes.length),
  );
  if (all) {
    all.checked = rows > 0 && boxes.length === rows;
    all.indeterminate = boxes.length > 0 && boxes.length < rows;
  }
}

function write(selector, name, text) {
  const element = bar().querySelector(selector);
  element.textContent = text(element.dataset[name]);
}

function selectAll(checked) {
  for (const box of choices()) box.checked = checked;
  showSelection();
}

// Asks for the reason in a row below the last selected one.
function askReason() {
  const boxes = selected();
  const template = document.getElementById("reason-row");
  if (!boxes.length || !template) return;
  closeReason();
  const row = template.content.cloneNode(true).firstElementChild;
  const label = row.querySelector("[data-reason-for]");
  const name = boxes[0].closest("[data-who]").querySelector("[data-open]").textContent.trim();
  label.textContent = pick(label.dataset.reasonFor, boxes.length === 1)
    .replace("%s", name)
    .replace("%n", boxes.length);
  const form = row.querySelector("form");
  for (const { value } of boxes) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "week", value }));
  }
  boxes.at(-1).closest("tr").after(row);
  htmx.process(row);
  row.querySelector("textarea").focus();
  row.scrollIntoView({ block: "nearest" });
}

function closeReason() {
  const row = document.querySelector("tr.reason");
  if (!row) return;
  const link = row.previousElementSibling?.querySelector("[data-open]");
  row.remove();
  link?.focus();
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-select-all]")) selectAll(target.checked);
  else if (target.matches("[name=week]")) showSelection();
});

document.addEventListener("selection:changed", showSelection);

document.addEventListener("click", (event) => {
  if (event.target.closest("#return-selected")) {
    event.preventDefault();
    askReason();
  } else if (event.target.closest("[data-cancel]")) closeReason();
  else if (event.target.closest("[data-dismiss]")) {
    document.getElementById("toast").replaceChildren();
  }
});

// Which button a key presses: what it does can be undone.
const KEYS = { a: "#approve-selected", r: "#return-selected", z: "#undo" };

document.addEventListener("keydown", (event) => {
  const form = event.target.closest("tr.reason form");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) return form.requestSubmit();
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "Escape" && event.target.closest("tr.reason")) return closeReason();
  if (typedField(event.target)) return;
  if (event.key === "*") return selectAll(selected().length === 0);
  const button = document.querySelector(KEYS[event.key] ?? "#none");
  if (!button || button.disabled) return;
  event.preventDefault();
  button.click();
});

// Weeks that were decided are deselected, and the row for the reason is closed.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.target?.id !== "toast" || !isOurs(detail.xhr) || detail.xhr.status >= 400) return;
  closeReason();
  for (const box of selected()) box.checked = false;
  showSelection();
});

// Many weeks are decided in batches. If one gets no answer, a button resumes with it.
document.addEventListener("request:unanswered", ({ detail }) => {
  const button = detail.elt.closest(".toast-body")?.querySelector("[data-continue]");
  button?.classList.remove("visually-hidden");
  button?.removeAttribute("tabindex");
});

showSelection();
