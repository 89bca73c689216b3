// Quick add as a command palette: the arrows select a week, a page or a task, or the task of an entry.
// Enter takes what is selected, which is the first result to begin with.
import { isComposing } from "../shared/key-name.js";

const dialog = document.getElementById("quick");
const line = dialog.querySelector("#line");
const read = document.getElementById("quick-read");
const options = () => [...read.querySelectorAll("[role=option]")];
const tasks = () => [...read.querySelectorAll("[type=radio]")];
const chosen = () => read.querySelector("[aria-selected=true]");
// How long after the last letter htmx has surely asked for the results.
const PAUSE = 300;
let typedAt = 0;
// Whether Enter was pressed before the results for the line came.
let takesFirst = false;

const isShown = () => read.querySelector("[data-line]").dataset.line.trim() === line.value.trim();

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

function enter() {
  if (isShown()) return take();
  takesFirst = true;
  const isAsked = line.matches(".htmx-request") || Date.now() - typedAt < PAUSE;
  if (!isAsked) htmx.trigger(line, "ask");
}

line.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    enter();
  } else {
    return;
  }
  event.preventDefault();
});

// Enter was pressed before this module loaded.
line.addEventListener("quick:enter", enter);

line.addEventListener("input", () => {
  takesFirst = false;
  typedAt = Date.now();
});

// The response may belong to an earlier state of the line.
read.addEventListener("htmx:afterSettle", () => {
  choose(options()[0]);
  if (takesFirst && isShown()) take();
});

// Without an answer, Enter sends the line as it is.
for (const name of ["request:unanswered", "htmx:responseError"]) {
  document.addEventListener(name, ({ detail }) => {
    if (detail.elt !== line || !takesFirst) return;
    const asked = String(detail.requestConfig.parameters.line ?? "").trim();
    if (asked === line.value.trim()) take();
  });
}

// The dialog is closed first, or the row of the task could not get the focus.
document.addEventListener(
  "htmx:confirm",
  ({ target }) => {
    if (target.matches?.("#palette [type=submit]")) dialog.close();
  },
  { capture: true },
);

// Handles what happened before this module loaded.
choose(options()[0]);

dialog.addEventListener("close", () => {
  takesFirst = false;
});
