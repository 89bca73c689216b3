// Suggested tasks: Arrow Down from the last row of the week leads to them, Enter adds one to the week, and
// `=` adds it with the hours that its day lacks. So does a click on these hours.
import { isComposing, keyName } from "../shared/key-name.js";
import { dispatch, fieldRows, isHoursField } from "./grid-cells.js";

const suggested = document.getElementById("suggested");
const buttons = () => [...(suggested?.querySelectorAll("[data-add]") ?? [])];
// The suggestion whose hours are filled in once its row is there.
let taken = null;

const missing = (day) => document.getElementById(`total-${day}`)?.dataset.missing;

function take(row) {
  taken = row.dataset.day ? { task: row.dataset.suggested, day: row.dataset.day } : null;
  row.querySelector("[data-add]").click();
}

function fillIn({ task, day }) {
  const field = document.getElementById(`hours-${task}-${day}`);
  const time = missing(day);
  if (!field || field.value || field.readOnly || !time) return;
  field.focus();
  field.value = time;
  dispatch(field, "cell:commit");
}

function next(target, key) {
  const all = buttons();
  const place = all.indexOf(target);
  if (place >= 0) {
    if (key === "ArrowDown") return all[place + 1];
    return all[place - 1] ?? fieldRows().at(-1)?.[0];
  }
  const isInLast = isHoursField(target) && fieldRows().at(-1)?.includes(target);
  return isInLast && key === "ArrowDown" && !target.dataset.editing ? all[0] : null;
}

// Before the keys of the grid, where the last row has none below.
document.addEventListener(
  "keydown",
  (event) => {
    if (!suggested || isComposing(event)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const { target, key } = event;
    const isArrow = key === "ArrowDown" || key === "ArrowUp";
    const beside = isArrow && next(target, key);
    const row = keyName(event) === "=" && target.closest?.("[data-suggested]");
    if (!beside && !row) return;
    event.preventDefault();
    event.stopPropagation();
    if (row) take(row);
    else beside.focus();
  },
  { capture: true },
);

suggested?.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-take]");
  if (button) take(button.closest("[data-suggested]"));
});

document.addEventListener("row:placed", ({ detail }) => {
  const cell = taken;
  taken = null;
  // After rows.js, which moves the focus to the new row.
  if (detail.task === cell?.task) setTimeout(fillIn, 0, cell);
});

// What a day lacks changes while hours are typed.
document.addEventListener("cells:saved", () => {
  for (const row of suggested?.querySelectorAll("[data-day]") ?? []) {
    const time = missing(row.dataset.day);
    if (time) row.querySelector("[data-take] b").textContent = time;
    else row.remove();
  }
});
