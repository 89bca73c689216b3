// Selecting ranges of cells: Shift with arrows selects, Delete clears the selected cells, Ctrl+D and
// Ctrl+R fill down and right, and copying puts the range on the clipboard as a spreadsheet does, with
// tabs and line breaks.
import { isComposing, keyName } from "../shared/key-name.js";
import { ARROWS, dispatch, fieldRows, isHoursField, positionOf, tableBody } from "./grid-cells.js";

// The id of the field where the selection began.
let anchor = null;

export const isIdle = (field) => isHoursField(field) && !field.dataset.editing;

// The selected fields as rows of fields; the field itself when nothing else is selected.
export function selectedRange(field) {
  const rows = fieldRows();
  const from = positionOf(field.id, rows);
  const to = anchor ? positionOf(anchor, rows) : from;
  if (from.row < 0 || to.row < 0) return [];
  const [top, bottom] = [from.row, to.row].sort((a, b) => a - b);
  const [left, right] = [from.column, to.column].sort((a, b) => a - b);
  return rows.slice(top, bottom + 1).map((row) => row.slice(left, right + 1));
}

function showSelection(field) {
  for (const cell of tableBody.querySelectorAll("[aria-selected]")) {
    cell.removeAttribute("aria-selected");
  }
  if (!anchor) return;
  for (const selected of selectedRange(field).flat()) {
    selected.closest("td").setAttribute("aria-selected", "true");
  }
}

function clearSelection(field) {
  anchor = null;
  showSelection(field);
}

function extendSelection(field, [down, right]) {
  const rows = fieldRows();
  const { row, column } = positionOf(field.id, rows);
  const next = rows[row + down]?.[column + right];
  if (!next) return;
  anchor ??= field.id;
  next.focus();
  showSelection(next);
}

// Takes pairs of a field and its new text, and saves them as one step.
function setTexts(pairs) {
  const together = {};
  for (const [field, text] of pairs) {
    if (field.readOnly) continue;
    field.value = text;
    dispatch(field, "cell:commit", { together });
  }
}

function clearRange(field) {
  setTexts(selectedRange(field).flat().map((selected) => [selected, ""]));
}

// Fills down with the first row of the range, or with the row above when the range is one row high;
// fills right likewise with the first column or the one to the left.
function fillRange(field, [down, right]) {
  const rows = fieldRows();
  const range = selectedRange(field);
  const isLonger = down ? range.length > 1 : range[0].length > 1;
  const sourceOf = (target, index) => {
    const { row, column } = positionOf(target.id, rows);
    if (!isLonger) return rows[row - down]?.[column - right];
    return down ? range[0][index] : range.find((fields) => fields.includes(target))[0];
  };
  const pairs = range.flatMap((fields) =>
    fields.map((target, index) => [target, sourceOf(target, index)?.value]),
  );
  setTexts(pairs.filter(([target, text]) => text && target.value !== text));
}

const FILL_KEYS = { d: [1, 0], r: [0, 1] };

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!isIdle(field) || event.altKey || isComposing(event)) return;
  if (event.ctrlKey || event.metaKey) {
    const direction = !event.shiftKey && FILL_KEYS[keyName(event)];
    // With nothing selected these keys are the browser's: they reload the page and set a bookmark.
    if (!direction || !anchor) return;
    event.preventDefault();
    fillRange(field, direction);
  } else if (event.shiftKey && ARROWS[event.key]) {
    event.preventDefault();
    extendSelection(field, ARROWS[event.key]);
  } else if (event.key === "Delete") {
    event.preventDefault();
    clearRange(field);
  } else if (event.key !== "Shift") {
    clearSelection(field);
  }
});

document.addEventListener("mousedown", ({ target }) => clearSelection(target));

document.addEventListener("copy", (event) => {
  const field = document.activeElement;
  if (!isIdle(field)) return;
  const lines = selectedRange(field).map((row) => row.map(({ value }) => value).join("\t"));
  event.clipboardData.setData("text/plain", lines.join("\n"));
  event.preventDefault();
});
