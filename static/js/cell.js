// Saves cells when they are left or told to. What is half typed when an answer comes in stays typed.
import { newId } from "./ids.js";
import { commit, commits } from "./outgoing.js";

const rows = document.getElementById("rows");

const cellOf = (element) => element.closest?.(".cell");
const hoursOf = (cell) => cell.querySelector(".hours");
const isHours = (element) => element.matches?.(".cell .hours");
const typed = (input) => input.value.trim();
const isDirty = (input) => typed(input) !== input.defaultValue.trim();
const failed = (cell) => ["refused", "unsent"].includes(cell.dataset.state);

function commitIfNew(input) {
  if (isDirty(input) && typed(input) !== commits.get(cellOf(input).id)?.text) commit(input);
}

function carryOver(before, now) {
  const was = hoursOf(before);
  const input = hoursOf(now);
  const answered = commits.get(now.id);
  commits.delete(now.id);
  if (typed(was) === (answered?.text ?? was.defaultValue.trim())) return;
  input.value = was.value;
  if (document.activeElement === input && !answered?.again) {
    input.dataset.editing = "caret";
    input.setSelectionRange(was.selectionStart, was.selectionEnd);
  } else {
    commit(input);
  }
}

function restore(input) {
  const retreats = failed(cellOf(input));
  input.value = retreats ? input.dataset.shown : input.defaultValue;
  if (retreats) commit(input);
  input.select();
}

document.addEventListener("cell:commit", ({ target, detail }) => {
  if (isDirty(target) || failed(cellOf(target))) commit(target, detail?.together && step(detail));
});

// What was told in one go is one step, undone in one go.
const steps = new WeakMap();
function step({ together }) {
  if (!steps.has(together)) steps.set(together, newId());
  return steps.get(together);
}

document.addEventListener("cell:restore", ({ target }) => restore(target));

// Enter in a field, or the button of a telephone's keyboard, would send the whole page.
document.getElementById("cells").addEventListener("submit", (event) => {
  event.preventDefault();
  if (isHours(document.activeElement)) commitIfNew(document.activeElement);
});

document.addEventListener("focusout", (event) => {
  const input = event.target;
  // A field that an answer takes off the page loses the focus too; `carryOver` sees to it.
  if (isHours(input)) queueMicrotask(() => input.isConnected && commitIfNew(input));
});

new MutationObserver((changes) => {
  const cells = (kind) =>
    changes.flatMap((change) => [...change[kind]].filter((node) => node.matches?.(".cell")));
  const gone = new Map(cells("removedNodes").map((cell) => [cell.id, cell]));
  for (const cell of cells("addedNodes")) {
    if (gone.has(cell.id)) carryOver(gone.get(cell.id), cell);
  }
}).observe(rows, { childList: true, subtree: true });
