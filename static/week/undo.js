// Ctrl+Z undoes and Ctrl+Shift+Z (or Ctrl+Y) redoes: one step after the other, each as soon as all
// cells are saved.
import { isComposing, keyName } from "../shared/key-name.js";
import { fieldRows, isHoursField, whenSaved } from "./grid-cells.js";
import { unanswered } from "./outbox.js";

// "undo" or "redo", in the order in which the keys were pressed.
const requests = [];

// Until there is an answer, the buttons on the page still belong to the same step.
const isRunning = () => [...unanswered.values()].some(({ path }) => path.endsWith("/undo/"));

function runNext() {
  if (isRunning() || !requests.length) return;
  whenSaved(() => {
    if (isRunning() || !requests.length) return;
    const form = document.querySelector(`[data-turn="${requests.shift()}"]`);
    if (form?.elements.step) form.requestSubmit();
    else runNext();
  });
}

function requestOf(event) {
  const key = keyName(event);
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  return key === "y" ? "redo" : null;
}

document.addEventListener("keydown", (event) => {
  const { target } = event;
  const isControlHeld = (event.ctrlKey || event.metaKey) && !event.altKey;
  const request = isControlHeld && !isComposing(event) && requestOf(event);
  // While somebody types, undo is the field's own.
  const isTyping =
    target.matches("input, textarea") && !(isHoursField(target) && !target.dataset.editing);
  if (!request || isTyping || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  requests.push(request);
  runNext();
});

// The answer replaces the button that was pressed. Where nothing is left to undo, the focus goes to the
// cells, and not to Redo, which a second Enter would press.
let pressed = null;

document.addEventListener("submit", ({ target }) => {
  if (target.dataset.turn) pressed = target.contains(document.activeElement) ? target.dataset.turn : null;
});

document.addEventListener("write:answered", ({ detail: { path } }) => {
  if (!pressed || !path.endsWith("/undo/") || document.activeElement !== document.body) return;
  const again = document.querySelector(`.history [data-turn="${pressed}"] button:enabled`);
  (again ?? fieldRows()[0]?.[0])?.focus();
});

document.addEventListener("write:answered", runNext);
