// A block from a spreadsheet is looked at before it is written: the server says what it would do.
import { lines, place, whenSaved } from "./lines.js";
import { idle, range } from "./select.js";

function preview(input, text) {
  const chosen = range(input);
  const all = lines();
  const { row, column } = place(chosen[0][0].id, all);
  const target = all.slice(row).map((line) => line.slice(column));
  const values = {
    block: text,
    columns: target[0].length,
    lines: chosen.length,
    wide: chosen[0].length,
    task: [],
    day: [],
    seen: [],
  };
  for (const one of target.flat()) {
    const { task, day } = one.closest("[data-task]").dataset;
    values.task.push(task);
    values.day.push(day);
    values.seen.push(one.closest(".cell").dataset.seen);
  }
  const { paste } = document.querySelector(".sheet").dataset;
  htmx.ajax("POST", paste, { source: "#rows", target: "#panel", swap: "innerHTML", values });
}

document.addEventListener("paste", (event) => {
  const input = document.activeElement;
  if (!idle(input) || input.readOnly) return;
  const text = event.clipboardData.getData("text/plain");
  // One value into one cell is typing.
  if (!/[\t\n]/.test(text.trim()) && range(input).flat().length === 1) return;
  event.preventDefault();
  whenSaved(() => preview(input, text));
});
