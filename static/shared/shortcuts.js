// Keyboard shortcuts: a key clicks the element that names it in `data-key="j u"`. Keys do nothing
// while somebody types or a dialog is open, and a key that is held down counts once. A key never
// submits a decision: it focuses the button, and Enter presses that.

import { isComposing, keyName, typedField } from "./key-name.js";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isComposing(event)) return;
  if (event.repeat || event.defaultPrevented) return;
  if (typedField(event.target) || event.target.closest("dialog[open]")) return;
  const key = keyName(event);
  const elements = [...document.querySelectorAll("[data-key]")];
  const element = elements.find(({ dataset }) => dataset.key.split(" ").includes(key));
  if (!element) return;
  event.preventDefault();
  if (element.matches("form[method=post] *")) element.focus();
  else element.click();
});
