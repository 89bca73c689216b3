// Saves a cell when it loses the focus or an event asks for it. Text that somebody is still typing
// survives when an answer from the server replaces the cell.
import { newEditId } from "./edit-id.js";
import { forgetRefused, keepRefused } from "./refused-cell.js";
import { enqueue, queue, showInCell } from "./save-queue.js";
import { askLater, store } from "./unsent-store.js";

const tableBody = document.getElementById("rows");

const cellOf = (element) => element.closest?.(".cell");
const fieldOf = (cell) => cell.querySelector(".hours");
const isHoursField = (element) => element.matches?.(".cell .hours");
const textOf = (field) => field.value.trim();
const isDirty = (field) => textOf(field) !== field.defaultValue.trim();
const hasFailed = (cell) => ["refused", "unsent"].includes(cell.dataset.state);

function saveIfNew(field) {
  if (isDirty(field) && textOf(field) !== queue.get(cellOf(field).id)?.text) enqueue(field);
}

// Copies the text that was typed into a cell to the one that replaces it.
function carryOver(oldCell, newCell) {
  const oldField = fieldOf(oldCell);
  const newField = fieldOf(newCell);
  const change = queue.get(newCell.id);
  if (change && !change.answered) {
    // The cell was replaced for another reason. Its change is still unsaved and based on the old cell.
    newCell.dataset.state = oldCell.dataset.state;
    newCell.dataset.seen = oldCell.dataset.seen;
    newCell.dataset.version = oldCell.dataset.version;
    keepTyping(oldField, newField);
    return;
  }
  queue.delete(newCell.id);
  if (change && "later" in newCell.dataset) {
    // The server has a later edit of the cell, so this one waits for the person to decide.
    store({ ...change, asks: true });
    if (textOf(oldField) !== (change.next ?? change.text)) keepTyping(oldField, newField);
    return;
  }
  if (!change && keepRefused(oldCell, newCell)) {
    if (isDirty(oldField)) keepTyping(oldField, newField);
    return;
  }
  if (textOf(oldField) === (change?.text ?? oldField.defaultValue.trim())) return;
  if (newField.readOnly) {
    // The cell is locked now: the text can't be saved, but it isn't dropped either.
    askLater(oldCell, textOf(oldField));
    return;
  }
  if (!keepTyping(oldField, newField) || change?.resend) enqueue(newField);
}

// Returns whether somebody is still typing in the field.
function keepTyping(oldField, newField) {
  newField.value = oldField.value;
  const isFocused = document.activeElement === newField;
  if (isFocused) {
    newField.dataset.editing = "caret";
    newField.setSelectionRange(oldField.selectionStart, oldField.selectionEnd);
  }
  return isFocused;
}

// Brings back the text from before the typing, and sends nothing. A refused text is dropped: the cell
// shows again what is in Asana.
function restore(field) {
  const cell = cellOf(field);
  const change = queue.get(cell.id);
  if (change) field.value = change.next ?? change.text;
  else if (cell.dataset.state === "refused") forgetRefused(cell);
  else field.value = field.defaultValue;
  field.select();
}

document.addEventListener("cell:commit", ({ target, detail }) => {
  if (isDirty(target) || hasFailed(cellOf(target))) {
    enqueue(target, detail?.together && stepOf(detail));
  }
});

// Cells that are committed with the same `together` are one step, undone at once.
const steps = new WeakMap();
function stepOf({ together }) {
  if (!steps.has(together)) steps.set(together, newEditId());
  return steps.get(together);
}

document.addEventListener("cell:restore", ({ target }) => restore(target));

// Enter in a field, or Go on an on-screen keyboard, would submit the whole page.
document.getElementById("cells").addEventListener("submit", (event) => {
  event.preventDefault();
  if (isHoursField(document.activeElement)) saveIfNew(document.activeElement);
});

document.addEventListener("focusout", (event) => {
  const field = event.target;
  // A field that an answer removes loses the focus, too; `carryOver` handles that.
  if (isHoursField(field)) queueMicrotask(() => field.isConnected && saveIfNew(field));
});

// Answers replace cells, and pinning replaces a whole row of them.
const cellsIn = (node) =>
  node.matches?.(".cell") ? [node] : [...(node.querySelectorAll?.(".cell") ?? [])];

new MutationObserver((mutations) => {
  const cells = (kind) =>
    mutations.flatMap((mutation) => [...mutation[kind]].flatMap(cellsIn));
  const removed = new Map(cells("removedNodes").map((cell) => [cell.id, cell]));
  for (const cell of cells("addedNodes")) {
    const before = removed.get(cell.id);
    // The cells of a row that was moved to its place are the same before and after.
    if (before && before !== cell) carryOver(before, cell);
    else if (queue.has(cell.id)) showInCell(cell.id);
  }
}).observe(tableBody, { childList: true, subtree: true });
