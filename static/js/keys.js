// A key presses what names it: data-key="j ArrowRight". Not while something is typed or chosen.

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog[open]")) return;
  const named = [...document.querySelectorAll("[data-key]")];
  const found = named.find((one) => one.dataset.key.split(" ").includes(event.key));
  if (!found) return;
  event.preventDefault();
  found.click();
});
