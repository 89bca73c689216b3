// A key presses what names it: data-key="j u". Not while something is typed or chosen, nor again and
// again while it is held down. A key never decides: it goes to the button, and Enter presses that.

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.repeat || event.defaultPrevented) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog[open]")) return;
  const named = [...document.querySelectorAll("[data-key]")];
  const found = named.find((one) => one.dataset.key.split(" ").includes(event.key));
  if (!found) return;
  event.preventDefault();
  if (found.matches("form[method=post] *")) found.focus();
  else found.click();
});
