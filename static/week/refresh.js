// A week that was shown from a stored copy is refreshed from Asana while somebody may be typing. Only
// cells that differ are replaced, and never one that is being edited or saved: that one keeps what its
// person saw, so that a change in Asana is found before anything is written over it.
import { tableBody } from "./grid-cells.js";
import { queue } from "./save-queue.js";

const NEIGHBOURS_AFTER = 4000;
const AGAIN_AFTER = 5000;
const isRefresh = (detail) => detail.elt?.id === "refresh" && Boolean(detail.requestConfig);
let isRefreshing = false;

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.id !== "refresh") return;
  for (const row of tableBody.rows) detail.formData.append("row", row.dataset.row);
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  isRefreshing = isRefresh(detail);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (isRefresh(detail)) isRefreshing = false;
});

const fieldOf = (cell) => cell.querySelector(".hours");

function isInUse(cell) {
  const field = fieldOf(cell);
  return Boolean(field) && (queue.has(cell.id) || field.dataset.editing || field.value !== field.defaultValue);
}

// Whether two cells are the same, except for white space and what our scripts have set.
const isSame = (cell, other) =>
  ["state", "seen", "version", "locked"].every((name) => cell.dataset[name] === other.dataset[name]) &&
  fieldOf(cell)?.defaultValue === fieldOf(other)?.defaultValue &&
  cell.querySelector(".open")?.ariaLabel === other.querySelector(".open")?.ariaLabel;

document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  if (!isRefreshing || !detail.target.matches(".cell")) return;
  const newCell = detail.fragment.querySelector?.(".cell");
  if (isInUse(detail.target) || (newCell && isSame(detail.target, newCell))) detail.shouldSwap = false;
});

// Nobody asked for a refresh, so it is retried silently. An old copy shows its time.
document.addEventListener("request:unanswered", (event) => {
  const { elt } = event.detail;
  if (elt.id !== "refresh") return;
  event.preventDefault();
  setTimeout(() => {
    const address = elt.isConnected && elt.getAttribute("hx-get");
    if (address) htmx.ajax("GET", address, { source: elt, swap: "none" }).catch(() => {});
  }, AGAIN_AFTER);
});

// The weeks before and after, once this one is complete and the browser has nothing else to do.
function prefetchNeighbours() {
  for (const link of document.querySelectorAll("[data-prefetch]")) {
    fetch(link.dataset.prefetch, { headers: { "X-Person": document.body.dataset.person } }).catch(() => {});
  }
}
addEventListener("load", () => setTimeout(() => (window.requestIdleCallback ?? setTimeout)(prefetchNeighbours), NEIGHBOURS_AFTER));
