// Quick add as a command palette: the arrows select a week, a page or a task, or the task of an entry.
// Enter takes what is selected, which is the first result to begin with.
import { isComposing } from "../shared/key-name.js";

const dialog = document.getElementById("quick");
const line = dialog.querySelector("#line");
const read = document.getElementById("quick-read");
const options = () => [...read.querySelectorAll("[role=option]")];
const tasks = () => [...read.querySelectorAll("[type=radio]")];
const chosen = () => read.querySelector("[aria-selected=true]");
// The text whose meaning is shown, and whether Enter was pressed before it was there.
let shownFor = "";
let takesFirst = false;

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", other === option);
  line.setAttribute("aria-expanded", Boolean(option));
  if (option) line.setAttribute("aria-activedescendant", option.id);
  else line.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

const beside = (all, one, step) => all[(all.indexOf(one) + step + all.length) % all.length];

function move(step) {
  if (options().length) choose(beside(options(), chosen(), step));
  const checked = tasks().find((task) => task.checked);
  if (checked) beside(tasks(), checked, step).checked = true;
}

function take() {
  takesFirst = false;
  if (chosen()) chosen().click();
  else line.form.requestSubmit();
}

line.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && shownFor === line.value.trim()) {
    take();
  } else if (event.key === "Enter") {
    takesFirst = true;
  } else {
    return;
  }
  event.preventDefault();
});

line.addEventListener("input", () => {
  takesFirst = false;
});

// What comes may have been asked for before the last letters were typed.
read.addEventListener("htmx:afterSettle", ({ detail }) => {
  shownFor = String(detail.requestConfig.parameters.line ?? "").trim();
  choose(options()[0]);
  if (takesFirst && shownFor === line.value.trim()) take();
});

// Without an answer, Enter sends the line as it is. An older search that was given up is none.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt !== line || detail.successful || !takesFirst) return;
  const asked = String(detail.requestConfig.parameters.line ?? "").trim();
  if (asked === line.value.trim()) take();
});

// The row of a task gets the focus, which a dialog would not let go.
document.addEventListener(
  "htmx:confirm",
  ({ target }) => {
    if (target.matches?.("#palette [type=submit]")) dialog.close();
  },
  { capture: true },
);

// What came before this module.
choose(options()[0]);

dialog.addEventListener("close", () => {
  shownFor = "";
  takesFirst = false;
});
