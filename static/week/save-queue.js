// Sends changed cells to the server: all that wait go out together, one request at a time. A change
// that gets no answer is sent again with the same edit id, which the server accepts only once.
import { isOurs, isTooLarge } from "../shared/no-answer.js";
import { newEditId } from "./edit-id.js";
import { announceUnsent } from "./unsent-message.js";
import { describe, isCurrent, isOfThisWeek, remove, removeSent, store, storeAgain, storedChanges } from "./unsent-store.js";

const sheet = document.querySelector(".sheet");
const tableBody = document.getElementById("rows");
// Changes by the id of their cell. Besides what is stored of it, a change is `sending` while its
// request runs, `answered` when the server took it and its new cell is about to come, `unsent` after a
// request without an answer, and `resend` when its cell was changed again while it was sending. One that
// is sent again is `compared`: the server accepts it only if it knows no later edit of the cell.
export const queue = new Map();
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 30000;
let isRequesting = false;
let pause = FIRST_PAUSE;
let timer = null;
// How many go out in one request: fewer if a proxy refused a larger one.
let most = Infinity;

const cellOf = (field) => field.closest(".cell");

export function enqueue(field, step) {
  const cell = cellOf(field);
  if (field.readOnly) return;
  const earlier = queue.get(cell.id);
  const text = field.value.trim();
  const isSame = earlier?.text === text;
  if (earlier?.sending || (earlier?.unsent && !isSame)) {
    // The answer to the earlier change comes first: `carryOver` in save-cell.js goes on from there.
    // One without an answer may have arrived, so it is sent again before this one.
    Object.assign(earlier, { resend: true, next: text, unsent: false });
    earlier.isStored = store(earlier);
    if (!earlier.sending) cell.dataset.state = "saving";
    queueMicrotask(send);
    return;
  }
  if (earlier && !isSame) remove(earlier.edit);
  const edit = isSame ? earlier.edit : newEditId();
  const { seen, version } = isSame ? earlier : cell.dataset;
  const change = { ...describe(cell), edit, step: step ?? edit, seen, version, text };
  const isStored = store(change);
  const compared = isSame && earlier.compared;
  queue.set(cell.id, { ...change, isStored, compared, sending: false });
  cell.dataset.state = "saving";
  queueMicrotask(send);
}

function send() {
  const waiting = [...queue.values()].filter(({ sending, unsent }) => !sending && !unsent);
  const changes = waiting.slice(0, most);
  if (isRequesting || !changes.length) return;
  isRequesting = true;
  const names = ["task", "day", "seen", "edit", "step", "text"];
  const values = Object.fromEntries(
    names.map((name) => [name, changes.map((change) => change[name])]),
  );
  values.version = changes.map(({ compared, version }) => (compared ? version : ""));
  values.shown = changes.map(({ version }) => version);
  for (const change of changes) change.sending = true;
  htmx.ajax("POST", sheet.dataset.cells, { source: tableBody, values }).catch(() => {});
}

// Shows a queued change in its cell again, which the server rendered without it.
export function showInCell(id) {
  const { text, next, seen, version, unsent } = queue.get(id);
  const cell = document.getElementById(id);
  cell.querySelector(".hours").value = next ?? text;
  Object.assign(cell.dataset, { seen, version });
  cell.dataset.state = unsent ? "unsent" : "saving";
}

const isOurRequest = ({ elt, requestConfig }) =>
  elt === tableBody && requestConfig.path === sheet.dataset.cells;

// A problem that is already on the page is not announced again at each attempt.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const heading = document.querySelector("#problem h2")?.textContent;
  if (!isOurRequest(detail) || !detail.isError || !heading) return;
  if (detail.serverResponse.includes(heading)) detail.shouldSwap = false;
});

// An answer that was cut off may contain the beginning of a cell, which then is not on the page.
const isReplaced = (id) =>
  !["saving", "unsent"].includes(document.getElementById(id)?.dataset.state);

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!isOurRequest(detail)) return;
  const { status, responseText } = detail.xhr;
  const isTooMany = !isOurs(detail.xhr) && isTooLarge(detail.xhr);
  const isTaken = isOurs(detail.xhr) && (status === 422 || (status >= 200 && status < 300));
  for (const [id, change] of queue) {
    if (change.sending) change.answered = isTaken && responseText.includes(`id="${id}"`) && isReplaced(id);
  }
  const sent = [...queue.values()].filter(({ sending }) => sending);
  if (isTooMany && sent.length > 1) most = Math.ceil(sent.length / 2);
  if (sent.every(({ answered }) => answered)) finish(sent);
  else retryLater(sent, isOurs(detail.xhr));
  // The new cells are on the page already; `carryOver` sees them before this goes on.
  queueMicrotask(() => {
    isRequesting = false;
    for (const [id, { answered }] of queue) if (answered) queue.delete(id);
    if ([...queue.values()].some(({ unsent }) => !unsent)) send();
    else document.dispatchEvent(new CustomEvent("cells:saved"));
  });
});

function finish(sent) {
  sent.forEach(removeSent);
  if (pause > FIRST_PAUSE) {
    document.getElementById("problems").replaceChildren();
    // The server is back, so everything that waits for its next attempt goes out at once.
    for (const change of queue.values()) change.unsent = false;
  }
  pause = FIRST_PAUSE;
}

function retryLater(sent, hasAnswered) {
  for (const change of sent) {
    Object.assign(change, { sending: false, answered: false, unsent: true, compared: true });
    change.isStored = storeAgain(change);
    // The row may have been removed in the meantime.
    const cell = document.getElementById(`cell-${change.task}-${change.day}`);
    if (cell) cell.dataset.state = "unsent";
  }
  announceUnsent(hasAnswered, sent.every((change) => change.isStored));
  clearTimeout(timer);
  timer = setTimeout(retry, pause);
  pause = Math.min(pause * 2, LONGEST_PAUSE);
  document.dispatchEvent(new CustomEvent("unsent:changed"));
}

// The message is below the grid, not where other requests show theirs.
document.addEventListener("request:unanswered", (event) => {
  const { elt, requestConfig } = event.detail;
  if (isOurRequest({ elt, requestConfig })) event.preventDefault();
});

function retry() {
  clearTimeout(timer);
  if (!isRequesting) for (const change of queue.values()) change.unsent = false;
  send();
}

// Somebody has cleared the storage: store the changes again, so that the message below the grid is true.
addEventListener("storage", ({ key }) => {
  const unsent = [...queue.values()].filter((change) => change.unsent);
  if (key !== null || !unsent.length) return;
  for (const change of unsent) change.isStored = storeAgain(change);
  announceUnsent(false, unsent.every((change) => change.isStored));
});

addEventListener("online", retry);
addEventListener("focus", retry);
document.addEventListener("visibilitychange", () => document.hidden || retry());

// Changes that were unsent when somebody left this week are sent now, unless the person is asked first.
for (const change of storedChanges().filter(isOfThisWeek)) {
  const cell = document.getElementById(`cell-${change.task}-${change.day}`);
  if (!cell || !isCurrent(change)) continue;
  const state = { isStored: true, compared: true, sending: false, resend: "next" in change };
  queue.set(cell.id, { ...change, ...state });
  showInCell(cell.id);
}
addEventListener("load", send);
