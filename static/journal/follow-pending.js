// Follows cells that show a queued change until it is settled. The status that comes with an answer
// is newer than its cells and says nothing about other cells, so it may have stopped polling: then
// this asks it to look once more for the cells on the page.
import { tableBody } from "../week/grid-cells.js";

const PENDING_CELL =
  '#rows .cell:is([data-state="queued"], [data-state="in_doubt"], [data-state="restored"])';

function follow() {
  const idleStatus = document.querySelector('#status[hx-trigger="look"]');
  if (idleStatus && document.querySelector(PENDING_CELL)) htmx.trigger(idleStatus, "look");
}

new MutationObserver(follow).observe(tableBody, { childList: true, subtree: true });
addEventListener("load", follow);
