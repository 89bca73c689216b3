// Tab goes from cell to cell, as in a spreadsheet, and at the ends of the grid on to the page. F6
// leaves the grid from any cell.
import { isComposing } from "../shared/key-name.js";
import { announce } from "./announce.js";
import { dispatch, fieldRows, isHoursField, tableBody } from "./grid-cells.js";

const sheet = tableBody.closest(".sheet");

// The buttons of a cell's message, such as "Keep mine", come before the next cell.
const actionsOf = (field) =>
  [...field.closest(".cell").querySelectorAll(".why :is(a, button)")].filter(
    (action) => action.checkVisibility(),
  );

function moveInReadingOrder(field, step) {
  const fields = fieldRows().flat();
  const next = fields[fields.indexOf(field) + step];
  next?.focus();
  return Boolean(next);
}

const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary";

// Moves the focus out of the grid, forwards or back, and announces it.
function leaveGrid(step) {
  const side = step > 0 ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
  const outside = [...document.querySelectorAll(FOCUSABLE)].filter(
    (element) =>
      !sheet.contains(element) &&
      sheet.compareDocumentPosition(element) & side &&
      element.checkVisibility() &&
      !element.disabled,
  );
  (step > 0 ? outside[0] : outside.at(-1))?.focus();
  announce("left");
}

document.addEventListener("keydown", (event) => {
  const { key, target: field, shiftKey } = event;
  if (!isHoursField(field) || isComposing(event)) return;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const step = shiftKey ? -1 : 1;
  if (key === "F6") {
    event.preventDefault();
    leaveGrid(step);
  } else if (key === "Tab" && (field.dataset.editing || step < 0 || !actionsOf(field).length)) {
    if (field.dataset.editing) dispatch(field, "cell:commit");
    delete field.dataset.editing;
    if (moveInReadingOrder(field, step)) event.preventDefault();
  }
});

// From the last button of a cell Tab goes on to the next cell, and from the first one back.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.(".why")?.closest("#rows .cell")?.querySelector(".hours");
  if (!field || event.key !== "Tab") return;
  const actions = actionsOf(field);
  const isLast = event.target === (event.shiftKey ? actions[0] : actions.at(-1));
  if (!isLast) return;
  if (event.shiftKey) field.focus();
  else if (!moveInReadingOrder(field, 1)) return;
  event.preventDefault();
});
