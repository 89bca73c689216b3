// Saves cells when they are left or told to. What is half typed when an answer comes in stays typed.
import { newId } from "./ids.js";
import { commit, commits, putBack } from "./outgoing.js";

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
  const sent = commits.get(now.id);
  if (sent && !sent.answered) {
    // This came for another reason. What was typed is still to be saved, over what was seen then.
    now.dataset.state = before.dataset.state;
    now.dataset.seen = before.dataset.seen;
    keepTyping(was, input);
    return;
  }
  commits.delete(now.id);
  if (typed(was) === (sent?.text ?? was.defaultValue.trim())) return;
  if (!keepTyping(was, input) || sent?.again) commit(input);
}

// Whether somebody still types there.
function keepTyping(was, input) {
  input.value = was.value;
  const focused = document.activeElement === input;
  if (focused) {
    input.dataset.editing = "caret";
    input.setSelectionRange(was.selectionStart, was.selectionEnd);
  }
  return focused;
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

// An answer exchanges cells, and pinning a whole row of them.
const cellsIn = (node) =>
  node.matches?.(".cell") ? [node] : [...(node.querySelectorAll?.(".cell") ?? [])];

new MutationObserver((changes) => {
  const cells = (kind) =>
    changes.flatMap((change) => [...change[kind]].flatMap(cellsIn));
  const gone = new Map(cells("removedNodes").map((cell) => [cell.id, cell]));
  for (const cell of cells("addedNodes")) {
    if (gone.has(cell.id)) carryOver(gone.get(cell.id), cell);
    else if (commits.has(cell.id)) putBack(cell.id);
  }
}).observe(rows, { childList: true, subtree: true });
