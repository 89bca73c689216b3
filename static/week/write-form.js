// What outbox.js has to know about a form whose write it keeps: the id that the server accepts only
// once, a label, and where the form is now.

// Addresses at which the server writes once, however often a form is sent: because of an edit or step
// id, or because a second time changes nothing.
const TAKEN_ONCE =
  /\/(cells|hours\/copy|entry|entry\/move|entry\/split|quick\/add|undo|rows\/(add|remove|pin|unpin)|unsynced\/[^/]+\/(retry|discard|again|mine|both|remove-duplicate))\/$/;

export const isKept = (verb, path) => verb === "post" && TAKEN_ONCE.test(path);

export function valuesOf(formData) {
  const values = {};
  for (const [name, value] of formData) {
    if (name !== "csrfmiddlewaretoken") (values[name] ??= []).push(value);
  }
  return values;
}

// Actions without an id get one from their row or edit, so that the last one about it counts.
export function idOf(path, { edit, step, task, undo_count: undoCount }) {
  if (path.includes("/rows/")) return `rows:${task}`;
  const [, edited] = path.match(/\/unsynced\/([^/]+)\//) ?? [];
  if (edited) return `unsynced:${edited}`;
  return [...(edit ?? step ?? []).slice(0, 1), ...(undoCount ?? [])].join(":");
}

// The versions of the cells that a write changes, as the page knows them; empty for a new entry.
export const versionsOf = ({ task = [], day = [], entry = [] }) =>
  day.map((date, place) => {
    const cell = entry[place] === "new" ? null : document.getElementById(`cell-${task[place]}-${date}`);
    return cell?.dataset.version ?? "";
  });

const wordsOf = (element) =>
  [...(element?.children.length ? element.children : [element])]
    .filter((child) => child && !child.closest("[aria-hidden]"))
    .map((child) => child.textContent.replace(/\s+/g, " ").trim())
    .filter(Boolean)
    .join(", ");

// The title of the form's dialog and the text of its button.
export function labelOf(form) {
  const button = form.querySelector("button[type=submit]");
  const title = form.closest("dialog")?.querySelector("h2");
  const words = button?.ariaLabel || wordsOf(button) || button?.textContent.trim();
  return [title && wordsOf(title), words].filter(Boolean).join(": ");
}

// The texts that somebody typed into the form.
export const typedIn = ({ text, line, part, description, note }) =>
  [text, line, part, description, note].flat().filter(Boolean).join(" · ");

// The form on the page that would send the same write; null if it was closed or replaced.
export const formOf = ({ path, id }) =>
  [...document.forms].find(
    (form) =>
      form.getAttribute("action") === path && idOf(path, valuesOf(new FormData(form))) === id,
  ) ?? null;
