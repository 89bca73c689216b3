// The short ways: `=` takes what the day still lacks, `n` and Ctrl+K open the line for quick adding.
import { isHours, tell } from "./lines.js";

// As the foot of the day has it.
function missing(input) {
  const { day } = input.closest("td").dataset;
  return document.getElementById(`total-${day}`).dataset.missing;
}

// Or, where a time was refused, the one that would not be.
function takeMissing(input) {
  const { instead } = input.closest(".cell").dataset;
  const lacks = missing(input);
  if (!(instead ?? lacks) || input.readOnly) return;
  input.value = instead ?? (input.value ? `+${lacks}` : lacks);
  tell(input, "cell:commit");
}

// At once, so that what is typed next goes there.
function openLine() {
  const dialog = document.getElementById("quick");
  dialog?.showModal();
  dialog?.querySelector("#line").select();
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-quick]") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  openLine();
});

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const held = event.ctrlKey || event.metaKey;
  const idle = isHours(target) && !target.dataset.editing;
  const typing = target.matches("input, textarea, select") && !idle;
  if (event.altKey || document.querySelector("dialog[open]")) return;
  if (held ? key.toLowerCase() === "k" : key === "n" && !typing) {
    openLine();
  } else if (idle && !held && key === "=") {
    takeMissing(target);
  } else {
    return;
  }
  event.preventDefault();
});

// It shows faintly where it can be taken.
document.addEventListener("focusin", ({ target }) => {
  const lacks = isHours(target) && !target.readOnly && missing(target);
  if (lacks) target.placeholder = `= ${lacks}`;
});

document.addEventListener("focusout", ({ target }) => {
  if (isHours(target)) target.placeholder = "";
});
