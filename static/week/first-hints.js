// Two hints for newcomers, each once in a browser and at its moment: `=` in the first empty cell of a
// day that lacks hours, and `?` after a few hours were typed. A hint is done once its key is used.
import { browserStore } from "../shared/browser-store.js";
import { keyName } from "../shared/key-name.js";
import { isHoursField } from "./grid-cells.js";

const hints = browserStore("hints", "hints:changed");
const hint = document.getElementById("first-hint");
const keyboard = matchMedia("(pointer: fine)");
const KEYS = { "=": "missing", "?": "keys" };
const ENOUGH_SAVES = 3;
let saves = 0;

const isDone = (name) => name in hints.all();

function show(name) {
  if (!hint || !keyboard.matches || isDone(name) || !hint.hidden) return;
  hint.dataset.shown = name;
  hint.querySelector("p").textContent = hint.dataset[name];
  hint.hidden = false;
}

function finish(name) {
  if (!name || isDone(name)) return;
  hints.put(name, true);
  if (hint.dataset.shown === name) hint.hidden = true;
}

document.addEventListener("focusin", ({ target }) => {
  if (isHoursField(target) && target.placeholder && !target.value) show("missing");
});

document.addEventListener("cells:saved", () => {
  saves += 1;
  if (saves >= ENOUGH_SAVES) show("keys");
});

document.addEventListener("keydown", (event) => {
  if (hint && !event.ctrlKey && !event.metaKey && !event.altKey) finish(KEYS[keyName(event)]);
});

hint?.querySelector("button").addEventListener("click", () => finish(hint.dataset.shown));
