// A pad for durations under the thumb, in place of the telephone's keyboard.
import { isHours, lines, place, tell } from "./lines.js";

const pad = document.getElementById("pad");
const small = matchMedia("(width < 45rem) and (pointer: coarse)");
const active = () => (isHours(document.activeElement) ? document.activeElement : null);

function write(input, text) {
  input.value = text;
  input.dataset.editing = "typing";
}

function press(input, { key, plus, back, done }) {
  const typing = input.dataset.editing;
  if (key) write(input, (typing ? input.value : "") + key);
  if (back !== undefined) write(input, input.value.slice(0, -1));
  if (plus) write(input, typing && input.value ? input.value + plus : plus);
  if (done === undefined && !plus) return;
  tell(input, "cell:commit");
  delete input.dataset.editing;
  if (done === undefined) return;
  const all = lines();
  const { row, column } = place(input.id, all);
  (all[row + 1]?.[column] ?? input).focus();
}

pad?.addEventListener("pointerdown", (event) => {
  // The field keeps the focus.
  event.preventDefault();
});

pad?.addEventListener("click", ({ target }) => {
  const input = active();
  const button = target.closest("button");
  if (input && button) press(input, button.dataset);
});

document.addEventListener("focusin", ({ target }) => {
  const shown = Boolean(pad) && small.matches && isHours(target) && !target.readOnly;
  if (shown) target.inputMode = "none";
  if (pad) pad.hidden = !shown;
  if (shown) target.scrollIntoView({ block: "nearest" });
});

document.addEventListener("focusout", () => {
  if (pad && !active()) setTimeout(() => { if (!active()) pad.hidden = true; }, 200);
});
