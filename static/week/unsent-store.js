// Stores changes of cells that the server has not answered for, one for each cell, with the version of
// the cell that it was typed on. The server accepts each edit id only once, so sending again is safe.
import { browserStore } from "../shared/browser-store.js";
import { newEditId } from "./edit-id.js";

const changes = browserStore("unsent");
const path = document.querySelector(".sheet").dataset.cells;
// We ask before sending an older value: the person may have changed their mind since.
const LONGEST_UNASKED = 10 * 60 * 1000;

const cellOf = ({ task, day }) => document.getElementById(`cell-${task}-${day}`);

const keyOf = ({ task, day }) => `${path}${task}/${day}`;

// Returns whether it is stored.
export const store = (change) => changes.put(keyOf(change), { ...change, path });

// Stores a change again if somebody has cleared the storage. Returns whether it is stored: another tab
// may have stored a later one for the cell.
export function storeAgain(change) {
  const stored = changes.all()[keyOf(change)];
  return stored ? stored.edit === change.edit : store({ ...change, unsent: false });
}

// What is stored with a change or draft about its cell, which may leave the page.
export function describe(cell) {
  const [, task, day] = cell.id.match(/^cell-(.+)-(\d{4}-\d\d-\d\d)$/);
  const { seen, version } = cell.dataset;
  const name = document.getElementById(`name-${task}`)?.textContent.trim() ?? "";
  return { task, day, seen, version, name, when: Date.now() };
}

// Stores a text that its cell can't show any more; the list of unsent changes asks about it.
export function askLater(cell, text, when = Date.now()) {
  const edit = newEditId();
  store({ ...describe(cell), edit, step: edit, text, when, asks: true });
}

export const remove = (edit) => changes.remove((change) => change.edit === edit);

// Removes a change that the server has taken, unless another tab has changed it since.
export const removeSent = ({ edit, next }) =>
  changes.remove((change) => change.edit === edit && change.next === next);

export const storedChanges = () => Object.values(changes.all());

export const isOfThisWeek = (change) => change.path === path;

// Whether a change of an earlier page may be sent without asking. Not if a later edit of the cell is
// known. The change's own edit is not a later one: then only the answer to it got lost.
export function isCurrent({ edit, version, when, asks, ...change }) {
  const known = cellOf(change)?.dataset.version;
  const age = Math.abs(Date.now() - when);
  return !asks && age < LONGEST_UNASKED && (known === version || known === edit);
}
