// Ctrl+Z and Ctrl+Shift+Z, one after the other, each once what is being saved is saved.
import { isHours, whenSaved } from "./lines.js";

const waiting = [];
let busy = false;

function next() {
  if (busy || !waiting.length) return;
  whenSaved(() => {
    const form = document.querySelector(`[data-turn="${waiting.shift()}"]`);
    if (!form?.elements.step) return next();
    busy = true;
    form.requestSubmit();
  });
}

function wanted({ key, shiftKey }) {
  if (key.toLowerCase() === "z") return shiftKey ? "redo" : "undo";
  return key.toLowerCase() === "y" ? "redo" : null;
}

document.addEventListener("keydown", (event) => {
  const { target } = event;
  const turn = (event.ctrlKey || event.metaKey) && !event.altKey && wanted(event);
  // While something is typed, undo is the field's own.
  const typing = target.matches("input, textarea") && !(isHours(target) && !target.dataset.editing);
  if (!turn || typing || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  waiting.push(turn);
  next();
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.requestConfig.path.endsWith("/undo/")) return;
  busy = false;
  queueMicrotask(next);
});
