// Pasting a block from a spreadsheet opens a preview: the server says what it would write.
import { fieldRows, positionOf, whenSaved } from "./grid-cells.js";
import { isIdle, selectedRange } from "./range-selection.js";

function preview(field, text) {
  const range = selectedRange(field);
  const rows = fieldRows();
  const { row, column } = positionOf(range[0][0].id, rows);
  const targets = rows.slice(row).map((fields) => fields.slice(column));
  const values = {
    block: text,
    columns: targets[0].length,
    lines: range.length,
    wide: range[0].length,
    task: [],
    day: [],
    seen: [],
  };
  for (const target of targets.flat()) {
    const { task, day } = target.closest("[data-task]").dataset;
    values.task.push(task);
    values.day.push(day);
    values.seen.push(target.closest(".cell").dataset.seen);
  }
  const { paste } = document.querySelector(".sheet").dataset;
  htmx.ajax("POST", paste, { source: "#rows", target: "#panel", swap: "innerHTML", values });
}

document.addEventListener("paste", (event) => {
  const field = document.activeElement;
  if (!isIdle(field) || field.readOnly) return;
  const text = event.clipboardData.getData("text/plain");
  // One value pasted into one cell counts as typing.
  if (!/[\t\n]/.test(text.trim()) && selectedRange(field).flat().length === 1) return;
  event.preventDefault();
  whenSaved(() => preview(field, text));
});
