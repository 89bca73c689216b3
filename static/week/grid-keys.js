// Keyboard navigation in the grid, after https://www.w3.org/WAI/ARIA/apg/patterns/grid/: one tab stop,
// arrows move, typing starts editing. Tab is in grid-tab.js. A field with `data-editing` is being edited: "typing" when the
// typed text replaced the value, "caret" when F2 or a second click put the caret into it.
import { isComposing, keyName } from "../shared/key-name.js";
import { ARROWS, dispatch, fieldRows, isHoursField, isVisible, positionOf, tableBody } from "./grid-cells.js";

function moveFocus(field, down, right) {
  const rows = fieldRows();
  const { row, column } = positionOf(field.id, rows);
  const next = rows[row + down]?.[column + right];
  const menuButton = field.closest("tr").querySelector(".row-menu button");
  const target = next ?? (column + right < 0 ? menuButton : null);
  // At the edge, typing replaces the text, as in any cell that was just entered.
  if (target) target.focus();
  else field.select();
}

function startEditing(field) {
  if (field.readOnly) return;
  field.dataset.editing = "caret";
  field.setSelectionRange(field.value.length, field.value.length);
}

function finishEditing(field) {
  dispatch(field, "cell:commit");
  delete field.dataset.editing;
}

const EDGES = {
  Home: (rows, { row }, ofGrid) => rows[ofGrid ? 0 : row][0],
  End: (rows, { row }, ofGrid) => rows[ofGrid ? rows.length - 1 : row].at(-1),
};

function handleMoveKey(field, event) {
  const { editing } = field.dataset;
  const isSideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
  if (ARROWS[event.key] && !event.ctrlKey && !(editing === "caret" && isSideways)) {
    if (editing) finishEditing(field);
    moveFocus(field, ...ARROWS[event.key]);
    return true;
  }
  if (EDGES[event.key] && !editing) {
    const rows = fieldRows();
    EDGES[event.key](rows, positionOf(field.id, rows), event.ctrlKey).focus();
    return true;
  }
  return false;
}

function showShortcuts() {
  const shortcuts = document.getElementById("keys");
  shortcuts.open = true;
  shortcuts.querySelector("summary").focus();
}

function handleEditKey(field, event) {
  const { editing } = field.dataset;
  const isUnsent = field.closest(".cell").dataset.state === "unsent";
  const step = event.shiftKey ? -1 : 1;
  if (event.key === "Enter" && (editing || isUnsent)) {
    finishEditing(field);
    moveFocus(field, step, 0);
  } else if (event.key === "Enter" || event.key === "F2") {
    if (editing) delete field.dataset.editing;
    else startEditing(field);
  } else if (keyName(event) === "?" && !editing) {
    showShortcuts();
  } else if (event.key === "Escape") {
    delete field.dataset.editing;
    dispatch(field, "cell:restore");
  } else {
    return false;
  }
  return true;
}

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!isHoursField(field) || event.altKey || event.metaKey || event.isComposing) return;
  if (isComposing(event)) {
    // Or the browser would send the form.
    if (event.key === "Enter") event.preventDefault();
    return;
  }
  // Shift with an arrow selects: see range-selection.js.
  if (event.shiftKey && ARROWS[event.key]) return;
  if (handleMoveKey(field, event) || handleEditKey(field, event)) event.preventDefault();
});

document.addEventListener("input", ({ target }) => {
  if (isHoursField(target)) target.dataset.editing ??= "typing";
});

// The first click focuses a cell, the second puts the caret into it.
document.addEventListener("mousedown", (event) => {
  const field = event.target.closest?.("#rows td[data-task]")?.querySelector(".hours");
  if (!field || event.button) return;
  if (event.target !== field && event.target.closest(".cell > *")) return;
  if (document.activeElement === field) {
    field.dataset.editing ??= "caret";
  } else {
    event.preventDefault();
    field.focus();
  }
});

function makeTabStop(field) {
  for (const other of tableBody.querySelectorAll('.hours:not([tabindex="-1"])')) {
    if (other !== field) other.tabIndex = -1;
  }
  field.tabIndex = 0;
}

document.addEventListener("focusin", ({ target }) => {
  if (!isHoursField(target)) return;
  makeTabStop(target);
  target.select();
});

document.addEventListener("focusout", ({ target }) => {
  if (isHoursField(target)) delete target.dataset.editing;
});

// Cells are replaced and removed, and other days shown; one visible cell is always the tab stop.
function ensureTabStop() {
  const stops = [...tableBody.querySelectorAll('.hours[tabindex="0"]')];
  const focused = isHoursField(document.activeElement) ? document.activeElement : null;
  const field = focused ?? stops.find(isVisible) ?? fieldRows()[0]?.[0];
  if (field) makeTabStop(field);
}

// After the next paint, so that no answer and no page waits for the layout that this needs.
let isPlanned = false;
function planTabStop() {
  if (isPlanned) return;
  isPlanned = true;
  requestAnimationFrame(() =>
    setTimeout(() => {
      isPlanned = false;
      ensureTabStop();
    }),
  );
}

new MutationObserver(planTabStop).observe(tableBody.closest(".grid"), {
  childList: true,
  subtree: true,
  attributeFilter: ["data-shown"],
});
planTabStop();
