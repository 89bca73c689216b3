// Keyboard shortcuts: a key clicks the element that names it in `data-key="j u"`. Keys do nothing
// while somebody types or a dialog is open, and a key that is held down counts once. A key never
// submits a decision: it focuses the button, and Enter presses that.

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.repeat || event.defaultPrevented) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog[open]")) return;
  const elements = [...document.querySelectorAll("[data-key]")];
  const element = elements.find(({ dataset }) => dataset.key.split(" ").includes(event.key));
  if (!element) return;
  event.preventDefault();
  if (element.matches("form[method=post] *")) element.focus();
  else element.click();
});
