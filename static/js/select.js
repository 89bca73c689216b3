// Ranges of cells: Shift with arrows selects, Delete empties what is selected, copying takes it along
// as a spreadsheet does, with tabs and lines.
import { arrows, isHours, lines, place, rows, tell } from "./lines.js";

let anchor = null;

const idle = (input) => isHours(input) && !input.dataset.editing;

// The selected fields as lines of fields; one alone when nothing more is selected.
function range(input) {
  const all = lines();
  const here = place(input.id, all);
  const there = anchor ? place(anchor, all) : here;
  if (here.row < 0 || there.row < 0) return [];
  const [top, bottom] = [here.row, there.row].sort((a, b) => a - b);
  const [left, right] = [here.column, there.column].sort((a, b) => a - b);
  return all.slice(top, bottom + 1).map((line) => line.slice(left, right + 1));
}

function show(input) {
  rows.querySelectorAll("[aria-selected]").forEach((cell) => cell.removeAttribute("aria-selected"));
  if (!anchor) return;
  for (const one of range(input).flat()) one.closest("td").setAttribute("aria-selected", "true");
}

function drop(input) {
  anchor = null;
  show(input);
}

function extend(input, [down, right]) {
  const all = lines();
  const { row, column } = place(input.id, all);
  const next = all[row + down]?.[column + right];
  if (!next) return;
  anchor ??= input.id;
  next.focus();
  show(next);
}

function empty(input) {
  for (const one of range(input).flat()) {
    one.value = "";
    tell(one, "cell:commit");
  }
}

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!idle(input) || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.shiftKey && arrows[event.key]) {
    event.preventDefault();
    extend(input, arrows[event.key]);
  } else if (event.key === "Delete") {
    event.preventDefault();
    empty(input);
  } else if (event.key !== "Shift") {
    drop(input);
  }
});

document.addEventListener("mousedown", ({ target }) => drop(target));

document.addEventListener("copy", (event) => {
  const input = document.activeElement;
  if (!idle(input)) return;
  const text = range(input).map((line) => line.map((one) => one.value).join("\t")).join("\n");
  event.clipboardData.setData("text/plain", text);
  event.preventDefault();
});
