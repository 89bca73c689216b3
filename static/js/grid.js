// The grid under the keyboard, as https://www.w3.org/WAI/ARIA/apg/patterns/grid/ has it: one tab
// stop, arrows move, typing starts editing. A field with `data-editing` is being edited: "typing"
// when characters replaced what was there, "caret" when F2 or a second click put the caret into it.
import { arrows, isHours, lines, place, rows, tell } from "./lines.js";

function step(input, down, right) {
  const all = lines();
  const { row, column } = place(input.id, all);
  const next = all[row + down]?.[column + right];
  const menu = input.closest("tr").querySelector(".row-menu button");
  (next ?? (column + right < 0 ? menu : null))?.focus();
}

// To the next field in reading order, as Tab does.
function tab(input, by) {
  const all = lines().flat();
  const next = all[all.indexOf(input) + by];
  next?.focus();
  return Boolean(next);
}

function edit(input) {
  if (input.readOnly) return;
  input.dataset.editing = "caret";
  input.setSelectionRange(input.value.length, input.value.length);
}

function leave(input) {
  tell(input, "cell:commit");
  delete input.dataset.editing;
}

const edges = {
  Home: (all, { row }, far) => all[far ? 0 : row][0],
  End: (all, { row }, far) => all[far ? all.length - 1 : row].at(-1),
};

function moving(input, event) {
  const editing = input.dataset.editing;
  const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
  if (arrows[event.key] && !event.ctrlKey && !(editing === "caret" && sideways)) {
    if (editing) leave(input);
    step(input, ...arrows[event.key]);
    return true;
  }
  if (edges[event.key] && !editing) {
    const all = lines();
    edges[event.key](all, place(input.id, all), event.ctrlKey).focus();
    return true;
  }
  return false;
}

function showKeys() {
  const keys = document.getElementById("keys");
  keys.open = true;
  keys.querySelector("summary").focus();
}

function editing(input, event) {
  const is = input.dataset.editing;
  const unsent = input.closest(".cell").dataset.state === "unsent";
  const by = event.shiftKey ? -1 : 1;
  if (event.key === "Enter" && (is || unsent)) {
    leave(input);
    step(input, by, 0);
  } else if (event.key === "Enter" || event.key === "F2") {
    if (is) delete input.dataset.editing;
    else edit(input);
  } else if (event.key === "Tab" && is) {
    leave(input);
    return tab(input, by);
  } else if (event.key === "?" && !is) {
    showKeys();
  } else if (event.key === "Escape") {
    delete input.dataset.editing;
    tell(input, "cell:restore");
  } else {
    return false;
  }
  return true;
}

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!isHours(input) || event.altKey || event.metaKey || event.isComposing) return;
  // Shift with an arrow selects: select.js.
  if (event.shiftKey && arrows[event.key]) return;
  if (moving(input, event) || editing(input, event)) event.preventDefault();
});

document.addEventListener("input", ({ target }) => {
  if (isHours(target)) target.dataset.editing ??= "typing";
});

// A click goes to a cell, one more puts the caret into it.
document.addEventListener("mousedown", (event) => {
  const input = event.target.closest?.("#rows td[data-task]")?.querySelector(".hours");
  if (!input || event.button) return;
  if (event.target !== input && event.target.closest(".cell > *")) return;
  if (document.activeElement === input) {
    input.dataset.editing ??= "caret";
  } else {
    event.preventDefault();
    input.focus();
  }
});

function only(input) {
  for (const other of rows.querySelectorAll('.hours:not([tabindex="-1"])')) {
    if (other !== input) other.tabIndex = -1;
  }
  input.tabIndex = 0;
}

document.addEventListener("focusin", ({ target }) => {
  if (!isHours(target)) return;
  only(target);
  target.select();
});

document.addEventListener("focusout", ({ target }) => {
  if (isHours(target)) delete target.dataset.editing;
});

// Cells come and go; there is always one that Tab leads to.
function keepOne() {
  const all = lines().flat();
  const current = all.find((input) => input === document.activeElement);
  const first = current ?? all.find((input) => input.getAttribute("tabindex") === "0") ?? all[0];
  if (first) only(first);
}

new MutationObserver(keepOne).observe(rows, { childList: true, subtree: true });
keepOne();
