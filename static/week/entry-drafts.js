// Keeps what somebody typed into the entries of a cell until it is saved: a note survives Escape, a
// reload and a killed tab. Only fields that were changed are stored, so that a draft never brings back
// what another field had.
import { browserStore } from "../shared/browser-store.js";
import { unanswered } from "./outbox.js";

const drafts = browserStore("entry-drafts", "drafts:changed");
const NAMES = ["text", "description", "to_day", "billable", "category", "project"];
const FORMS = "#panel form.entry";

const keyOf = ({ task, day, entry }) => `${task}/${day}/${entry}`;
const keyOfForm = ({ elements: { task, day, entry } }) =>
  keyOf({ task: task.value, day: day.value, entry: entry.value });

const fieldsOf = (form) => NAMES.map((name) => form.elements[name]).filter(Boolean);
const isChanged = (field) =>
  field.options
    ? [...field.options].some((option) => option.selected !== option.defaultSelected)
    : field.value !== field.defaultValue;

const drop = (dropped) => drafts.remove(({ key }) => key === dropped);

function keep(form) {
  const key = keyOfForm(form);
  const changed = fieldsOf(form).filter(isChanged);
  const values = Object.fromEntries(changed.map(({ name, value }) => [name, value]));
  if (changed.length) drafts.put(key, { key, values });
  else drop(key);
}

for (const name of ["input", "change"]) {
  document.addEventListener(name, ({ target }) => {
    const form = target.closest?.(FORMS);
    if (form) keep(form);
  });
}

// A form that we rejected still has its text, and a form in the outbox will be sent.
function restore(form) {
  const key = keyOfForm(form);
  const draft = drafts.all()[key];
  const isWaiting = [...unanswered.values()].some(
    ({ path, values }) => path.endsWith("/entry/") && keyOf(values) === key,
  );
  if (!draft || isWaiting || form.querySelector(".error")) return;
  for (const field of fieldsOf(form)) {
    if (field.name in draft.values) field.value = draft.values[field.name];
  }
  form.querySelector("[data-draft]").hidden = false;
  const details = form.closest("details");
  if (details) details.open = true;
}

document.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt.closest("#panel")) document.querySelectorAll(FORMS).forEach(restore);
});

document.addEventListener("click", ({ target }) => {
  const form = target.closest?.("[data-drop-draft]")?.form;
  if (!form) return;
  form.reset();
  form.querySelector("[data-draft]").hidden = true;
  drop(keyOfForm(form));
});

document.addEventListener("write:discarded", ({ detail: { path, values } }) => {
  if (path.endsWith("/entry/")) drop(keyOf(values));
});

// A rejected form stays.
document.addEventListener("write:answered", ({ detail: { path, status, values } }) => {
  if (path.endsWith("/entry/") && status < 400) drop(keyOf(values));
});
