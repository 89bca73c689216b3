// A pad of digits and durations below the grid on touch screens, instead of the on-screen keyboard.
import { dispatch, fieldRows, isHoursField, positionOf } from "./grid-cells.js";

const pad = document.getElementById("pad");
const touchScreen = matchMedia("(width < 45rem) and (pointer: coarse)");
const focusedField = () => (isHoursField(document.activeElement) ? document.activeElement : null);

function setText(field, text) {
  field.value = text;
  field.dataset.editing = "typing";
}

// Takes the data attributes of the pressed button.
function press(field, { key, plus, back, done }) {
  const { editing } = field.dataset;
  if (key) setText(field, (editing ? field.value : "") + key);
  if (back !== undefined) setText(field, field.value.slice(0, -1));
  if (plus) setText(field, editing && field.value ? field.value + plus : plus);
  if (done === undefined && !plus) return;
  dispatch(field, "cell:commit");
  delete field.dataset.editing;
  if (done === undefined) return;
  const rows = fieldRows();
  const { row, column } = positionOf(field.id, rows);
  (rows[row + 1]?.[column] ?? field).focus();
}

pad?.addEventListener("pointerdown", (event) => {
  // The field keeps the focus.
  event.preventDefault();
});

pad?.addEventListener("click", ({ target }) => {
  const field = focusedField();
  const button = target.closest("button");
  if (field && button) press(field, button.dataset);
});

document.addEventListener("focusin", ({ target }) => {
  const isShown = Boolean(pad) && touchScreen.matches && isHoursField(target) && !target.readOnly;
  if (isShown) target.inputMode = "none";
  if (pad) pad.hidden = !isShown;
  if (isShown) target.scrollIntoView({ block: "nearest" });
});

function hideWithoutField() {
  if (!focusedField()) pad.hidden = true;
}

document.addEventListener("focusout", () => {
  if (pad && !focusedField()) setTimeout(hideWithoutField, 200);
});
