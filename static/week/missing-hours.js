// The shortcut `=` fills in the hours that the day still lacks.
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

document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || isComposing(event)) return;
  if (keyName(event) !== "=" || !isHoursField(target) || target.dataset.editing) return;
  event.preventDefault();
  fillInMissing(target);
});

// A focused cell shows as its placeholder what `=` would fill in.
document.addEventListener("focusin", ({ target }) => {
  const missing = isHoursField(target) && !target.readOnly && missingHours(target);
  if (missing) target.placeholder = `= ${missing}`;
});

document.addEventListener("focusout", ({ target }) => {
  if (isHoursField(target)) target.placeholder = "";
});
