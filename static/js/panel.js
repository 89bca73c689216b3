// What opens in the dialog: the entries of a cell, by the cell's mark, by Alt+Enter, or because what
// was typed leaves open which of them is meant; and what is to be looked at before it is written.
(() => {
  const panel = document.getElementById("panel");
  const linkOf = (cell) => cell?.querySelector(".open");
  let from = null;

  function show() {
    const opened = !panel.open;
    if (opened) {
      from = document.activeElement.id;
      panel.showModal();
    }
    // A button that was pressed is gone with the old list.
    if (opened || !panel.contains(document.activeElement)) enter();
  }

  function enter() {
    const wanted = ["[autofocus]", "[aria-invalid]", ".hours", "[data-close]", "button"];
    const first = wanted.map((one) => panel.querySelector(one)).find(Boolean);
    first?.focus();
    first?.select?.();
  }

  function open(link) {
    if (link) htmx.ajax("GET", link.href, { source: link, target: "#panel", swap: "innerHTML" });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".cell .open, a[data-panel]");
    if (event.target.closest?.("[data-close]")) panel.close();
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link);
  });

  document.addEventListener("htmx:load", ({ detail }) => {
    if (detail.elt.closest("#panel")) show();
    else if (detail.elt.dataset.asks === "which" && !panel.open) open(linkOf(detail.elt));
  });

  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.(".cell");
    if (!cell || event.key !== "Enter" || !event.altKey) return;
    event.preventDefault();
    open(linkOf(cell));
  });

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.elt.matches?.("[data-closes]") && detail.xhr.status < 500) panel.close();
  });

  panel.addEventListener("close", () => {
    const entries = panel.querySelector("[data-cell]");
    const back = entries ? `#${entries.dataset.cell} .hours` : from && `#${CSS.escape(from)}`;
    if (back) document.querySelector(back)?.focus();
    panel.replaceChildren();
  });
})();
