// Saves cells when they are left or told to: all that wait go out together, one request at a time.
// What is half typed when an answer comes in stays typed.
import { newId } from "./ids.js";

const sheet = document.querySelector(".sheet");
const rows = document.getElementById("rows");
// By the id of the cell: the text that is to be saved, its edit id and step, whether it is out.
const commits = new Map();
let sending = false;

const cellOf = (element) => element.closest?.(".cell");
const hoursOf = (cell) => cell.querySelector(".hours");
const isHours = (element) => element.matches?.(".cell .hours");
const typed = (input) => input.value.trim();
const isDirty = (input) => typed(input) !== input.defaultValue.trim();
const failed = (cell) => ["refused", "unsent"].includes(cell.dataset.state);

function commit(input, step) {
  const cell = cellOf(input);
  if (input.readOnly) return;
  const earlier = commits.get(cell.id);
  if (earlier?.out) {
    // What is out comes back first: `carryOver` goes on from there.
    earlier.again = true;
    return;
  }
  const text = typed(input);
  const edit = earlier?.text === text ? earlier.edit : newId();
  commits.set(cell.id, { text, edit, step: step ?? edit, out: false });
  cell.dataset.state = "saving";
  queueMicrotask(send);
}

function commitIfNew(input) {
  if (isDirty(input) && typed(input) !== commits.get(cellOf(input).id)?.text) commit(input);
}

function send() {
  const waiting = [...commits].filter(([, { out, unsent }]) => !out && !unsent);
  if (sending || !waiting.length) return;
  sending = true;
  const values = { task: [], day: [], seen: [], edit: [], step: [], text: [] };
  for (const [id, one] of waiting) {
    const cell = document.getElementById(id);
    const { task, day } = cell.closest("[data-task]").dataset;
    const parts = { task, day, seen: cell.dataset.seen, edit: one.edit, step: one.step };
    for (const [name, value] of Object.entries({ ...parts, text: one.text })) {
      values[name].push(value);
    }
    one.out = true;
  }
  htmx.ajax("POST", sheet.dataset.cells, { source: rows, values }).catch(() => {});
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt !== rows || detail.requestConfig.path !== sheet.dataset.cells) return;
  const { status } = detail.xhr;
  const answered = status === 422 || (status >= 200 && status < 300);
  if (!answered) keepUnsent();
  // The answer's cells are on the page; `carryOver` sees them before this goes on.
  queueMicrotask(() => {
    sending = false;
    for (const [id, { out }] of commits) if (out) commits.delete(id);
    if ([...commits.values()].some(({ unsent }) => !unsent)) send();
    else document.dispatchEvent(new CustomEvent("cells:saved"));
  });
});

function keepUnsent() {
  for (const [id, one] of commits) {
    if (!one.out) continue;
    one.out = false;
    one.unsent = true;
    document.getElementById(id).dataset.state = "unsent";
  }
  const said = document.createElement("p");
  said.dataset.state = "unsent";
  said.textContent = sheet.dataset.unsent;
  document.getElementById("failed").replaceChildren(said);
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

addEventListener("online", () => {
  document.querySelectorAll('.cell[data-state="unsent"]').forEach((cell) => commit(hoursOf(cell)));
});

new MutationObserver((changes) => {
  const cells = (kind) =>
    changes.flatMap((change) => [...change[kind]].filter((node) => node.matches?.(".cell")));
  const gone = new Map(cells("removedNodes").map((cell) => [cell.id, cell]));
  for (const cell of cells("addedNodes")) {
    if (gone.has(cell.id)) carryOver(gone.get(cell.id), cell);
  }
}).observe(rows, { childList: true, subtree: true });

addEventListener("beforeunload", (event) => {
  const waiting = document.querySelector('.cell:is([data-state="saving"], [data-state="unsent"])');
  if (waiting || [...document.querySelectorAll(".cell .hours")].some(isDirty)) {
    event.preventDefault();
  }
});
