// Follows cells that show a queued change until it is settled. The status that comes with an answer
// is newer than its cells and says nothing about other cells, so it may have stopped polling: then
// this asks it to look once more for the cells on the page.
import { tableBody } from "../week/grid-cells.js";

// How many cells an address may have, because proxies refuse long ones. The status asks for the others
// next time.
const MOST_ASKED = 50;
let asked = 0;

// How long after a status without an answer the next one is asked for, as where the status polls.
const RETRY_MS = 3000;

const PENDING_CELL =
  '#rows .cell:is([data-state="queued"], [data-state="in_doubt"], [data-state="restored"])';

function follow() {
  const idleStatus = document.querySelector('#status[hx-trigger="look"]');
  if (idleStatus && document.querySelector(PENDING_CELL)) htmx.trigger(idleStatus, "look");
}

document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, successful } }) => {
  if (requestConfig.elt.id === "status" && !successful) setTimeout(follow, RETRY_MS);
});

document.addEventListener("htmx:configRequest", ({ detail: { elt, formData } }) => {
  const waiting = elt.id === "status" ? formData.getAll("waiting") : [];
  if (waiting.length <= MOST_ASKED) return;
  const start = asked % waiting.length;
  const next = [...waiting.slice(start), ...waiting.slice(0, start)].slice(0, MOST_ASKED);
  asked += MOST_ASKED;
  formData.delete("waiting");
  for (const edit of next) formData.append("waiting", edit);
});

new MutationObserver(follow).observe(tableBody, { childList: true, subtree: true });
addEventListener("load", follow);
