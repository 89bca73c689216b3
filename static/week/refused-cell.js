// A rejected text stays in its cell, with the reason, until the person changes it or presses Escape, even
// if the page reloads the cell or moves its row in the meantime.
import { tableBody } from "./grid-cells.js";
import { askLater } from "./unsent-store.js";

const IN_ASANA = ["empty", "value", "several"];
const fieldOf = (cell) => cell.querySelector(".hours");

const EDIT = /\/unsynced\/([^/]+)\//;

let request = {};
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  request = detail.requestConfig ?? {};
});

// Whether the answer is to something that the person did about the refused text or its cell. Refreshing
// the week, moving rows, and deciding about another edit don't count.
function isDecision(why) {
  const { verb, path = "" } = request;
  const [, edit] = path.match(EDIT) ?? [];
  return verb === "post" && !path.includes("/rows/") && (!edit || edit === why?.dataset.edit);
}

// Copies a refused text to the cell that replaces its cell; returns whether there was one. If the new
// cell is locked or shows another problem, the list of unsent changes asks about the text instead.
export function keepRefused(oldCell, newCell) {
  const [oldField, newField] = [fieldOf(oldCell), fieldOf(newCell)];
  const why = oldCell.querySelector(".why");
  if (oldCell.dataset.state !== "refused" || newCell.dataset.state === "refused" || isDecision(why)) return false;
  if (newField.readOnly || !IN_ASANA.includes(newCell.dataset.state)) {
    askLater(oldCell, oldField.value.trim());
    return true;
  }
  newField.dataset.shown = newField.value;
  newField.defaultValue = oldField.defaultValue;
  newField.value = oldField.value;
  newField.setAttribute("aria-invalid", "true");
  if (why) {
    newCell.querySelector(".note-card")?.remove();
    newCell.append(why);
    newField.setAttribute("aria-describedby", why.id);
  }
  if ("instead" in oldCell.dataset) newCell.dataset.instead = oldCell.dataset.instead;
  newCell.dataset.state = "refused";
  delete newCell.dataset.saved;
  return true;
}

// The next page asks about refused texts that are still on this one.
addEventListener("pagehide", () => {
  for (const cell of tableBody.querySelectorAll('.cell[data-state="refused"]')) {
    askLater(cell, fieldOf(cell).value.trim());
  }
});

// Shows what is in Asana again.
export function forgetRefused(cell) {
  const field = fieldOf(cell);
  field.defaultValue = field.value = field.dataset.shown ?? field.defaultValue;
  field.removeAttribute("aria-invalid");
  const mark = cell.querySelector(".open").id;
  if (mark) field.setAttribute("aria-describedby", mark);
  else field.removeAttribute("aria-describedby");
  const several = cell.dataset.seen.includes(",");
  cell.dataset.state = several ? "several" : field.value ? "value" : "empty";
  delete cell.dataset.asks;
  cell.querySelector(".why")?.remove();
  if (!tableBody.querySelector('[data-state="refused"]')) clearFailed();
}

function clearFailed() {
  for (const line of document.querySelectorAll('#failed [data-state="refused"]')) line.remove();
}
