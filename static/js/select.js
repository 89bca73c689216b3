// Ranges of cells: Shift with arrows selects, Delete empties what is selected, copying takes it along
// as a spreadsheet does, with tabs and lines.
import { arrows, isHours, lines, place, rows, tell } from "./lines.js";

let anchor = null;

export const idle = (input) => isHours(input) && !input.dataset.editing;

// The selected fields as lines of fields; one alone when nothing more is selected.
export function range(input) {
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

function put(fields) {
  const together = {};
  for (const [input, text] of fields) {
    if (input.readOnly) continue;
    input.value = text;
    tell(input, "cell:commit", { together });
  }
}

const empty = (input) => put(range(input).flat().map((one) => [one, ""]));

// The first line, or what is above the only one, into those below; likewise to the right.
function fill(input, [down, right]) {
  const all = lines();
  const chosen = range(input);
  const many = down ? chosen.length > 1 : chosen[0].length > 1;
  const from = (one, index) => {
    const { row, column } = place(one.id, all);
    if (!many) return all[row - down]?.[column - right];
    return down ? chosen[0][index] : chosen.find((line) => line.includes(one))[0];
  };
  const fields = chosen.flatMap((line) => line.map((one, index) => [one, from(one, index)?.value]));
  put(fields.filter(([one, text]) => text && one.value !== text));
}

const fills = { d: [1, 0], r: [0, 1] };

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!idle(input) || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    const way = !event.shiftKey && fills[event.key.toLowerCase()];
    if (!way) return;
    event.preventDefault();
    fill(input, way);
  } else if (event.shiftKey && arrows[event.key]) {
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
