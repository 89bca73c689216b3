// Shortcuts for adding time: `=` fills in the hours that the day still lacks, `n` and Ctrl+K open the
// dialog for quick entry; in a cell `n` is the key of its note (cell-note.js).
import { isComposing, keyName } from "../shared/key-name.js";
import { dispatch, isHoursField } from "./grid-cells.js";

// From the total of the day, as text.
function missingHours(field) {
  const { day } = field.closest("td").dataset;
  return document.getElementById(`total-${day}`).dataset.missing;
}

// Where the server refused a time, `data-instead` has the rounded time that it would accept.
function fillInMissing(field) {
  const { instead } = field.closest(".cell").dataset;
  const missing = missingHours(field);
  if (!(instead ?? missing) || field.readOnly) return;
  field.value = instead ?? (field.value ? `+${missing}` : missing);
  dispatch(field, "cell:commit");
}

// Without a request, so that what is typed next goes into the dialog.
function openDialog() {
  const dialog = document.getElementById("quick");
  dialog?.showModal();
  dialog?.querySelector("#line").select();
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-quick]") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  openDialog();
});

document.addEventListener("keydown", (event) => {
  const { target } = event;
  const key = keyName(event);
  const isControlHeld = event.ctrlKey || event.metaKey;
  const isIdle = isHoursField(target) && !target.dataset.editing;
  const isTyping = target.matches("input, textarea, select") && !isIdle;
  if (event.altKey || isComposing(event) || document.querySelector("dialog[open]")) return;
  if (isControlHeld ? key === "k" : key === "n" && !isTyping && !isIdle) {
    openDialog();
  } else if (isIdle && !isControlHeld && key === "=") {
    fillInMissing(target);
  } else {
    return;
  }
  event.preventDefault();
});

// A focused cell shows as its placeholder what `=` would fill in.
document.addEventListener("focusin", ({ target }) => {
  const missing = isHoursField(target) && !target.readOnly && missingHours(target);
  if (missing) target.placeholder = `= ${missing}`;
});

document.addEventListener("focusout", ({ target }) => {
  if (isHoursField(target)) target.placeholder = "";
});
