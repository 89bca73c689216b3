// Keeps a half-typed cell until it is committed or restored. After a reload or a killed tab its text
// is in the cell again, being edited and not sent. Where the cell was edited since, or after ten
// minutes, the list of unsent changes asks instead.
import { browserStore } from "../shared/browser-store.js";
import { newEditId } from "./edit-id.js";
import { isHoursField } from "./grid-cells.js";
import { queue } from "./save-queue.js";
import { describe, isCurrent, store, storedChanges } from "./unsent-store.js";

const drafts = browserStore("cell-drafts", "drafts:changed");
const { cells: path } = document.querySelector(".sheet").dataset;
const channel = new BroadcastChannel("cell-drafts");
const ANSWER_TIME = 150;

function keep(field) {
  const cell = field.closest(".cell");
  const draft = { ...describe(cell), path, text: field.value.trim(), cell: cell.id };
  drafts.put(`${path}${cell.id}`, draft);
}

const drop = ({ path: of, cell: id }) =>
  drafts.remove((draft) => draft.path === of && draft.cell === id);

document.addEventListener("input", ({ target }) => {
  if (isHoursField(target)) keep(target);
});

for (const name of ["cell:commit", "cell:restore", "focusout"]) {
  document.addEventListener(name, ({ target }) => {
    if (isHoursField(target)) drop({ path, cell: target.closest(".cell").id });
  });
}

function restore(draft) {
  const field = document.getElementById(draft.cell)?.querySelector(".hours");
  const isLast = !storedChanges().some(
    ({ path: of, task, day, when }) =>
      of === path && task === draft.task && day === draft.day && when > draft.when,
  );
  const isFree = field && !field.readOnly && !queue.has(draft.cell);
  // The focus stays where the person has put it in the meantime.
  const isBusy = ![document.body, field].includes(document.activeElement);
  if (isFree && isCurrent(draft) && !isBusy) {
    field.focus();
    field.value = draft.text;
    field.dataset.editing = "caret";
    field.setSelectionRange(draft.text.length, draft.text.length);
    return;
  }
  drop(draft);
  const edit = newEditId();
  if (isLast) store({ ...draft, edit, step: edit, asks: true });
}

// Keeps the draft of a tab in which somebody is typing right now.
const typedElsewhere = new Set();
channel.addEventListener("message", ({ data }) => {
  const field = document.activeElement;
  if (data.mine) typedElsewhere.add(data.mine);
  else if (data.asks && field?.dataset.editing) channel.postMessage({ mine: field.closest(".cell")?.id });
});

const [...found] = Object.values(drafts.all()).filter((draft) => draft.path === path);
if (found.length) {
  channel.postMessage({ asks: true });
  setTimeout(() => {
    found
      .filter(({ cell }) => !typedElsewhere.has(cell))
      .sort((one, other) => other.when - one.when)
      .forEach(restore);
  }, ANSWER_TIME);
}
