// The entries of a cell, in a dialog: opened by the cell's mark, by Alt+Enter, or because what was
// typed leaves open which of them is meant.
(() => {
  const panel = document.getElementById("panel");
  const linkOf = (cell) => cell?.querySelector(".open");

  function show() {
    if (!panel.open) panel.showModal();
    // The button that was pressed is gone with the old list.
    if (!panel.contains(document.activeElement) || document.activeElement === panel) enter();
  }

  function enter() {
    panel.querySelector(".hours")?.select();
  }

  document.addEventListener("htmx:load", ({ detail }) => {
    if (detail.elt.closest("#panel")) show();
    else if (detail.elt.dataset.asks === "which") linkOf(detail.elt)?.click();
  });

  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.(".cell");
    if (!cell || event.key !== "Enter" || !event.altKey) return;
    event.preventDefault();
    linkOf(cell)?.click();
  });

  panel.addEventListener("close", () => {
    const entries = panel.querySelector("[data-cell]");
    document.querySelector(`#${entries?.dataset.cell} .hours`)?.focus();
    panel.replaceChildren();
  });
})();
