// What is on its way to the server: all that waits goes out together, one request at a time. What
// gets no answer is sent again, with the same edit id, which the server takes once.
import { newId } from "./ids.js";
import { forget, keep, keptHere, showOthers } from "./unsent.js";

const sheet = document.querySelector(".sheet");
const rows = document.getElementById("rows");
// By the id of the cell: what is kept of it until it is answered for, and whether it is out.
export const commits = new Map();
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 30000;
let sending = false;
let pause = FIRST_PAUSE;
let timer = null;

const cellOf = (input) => input.closest(".cell");

export function commit(input, step) {
  const cell = cellOf(input);
  if (input.readOnly) return;
  const earlier = commits.get(cell.id);
  if (earlier?.out) {
    // What is out comes back first: `carryOver` goes on from there.
    earlier.again = true;
    return;
  }
  const text = input.value.trim();
  const same = earlier?.text === text;
  if (earlier && !same) forget(earlier.edit);
  const edit = same ? earlier.edit : newId();
  const { task, day } = cell.closest("[data-task]").dataset;
  const { seen } = same ? earlier : cell.dataset;
  const name = document.getElementById(`name-${task}`).textContent.trim();
  const value = { edit, step: step ?? edit, task, day, seen, text, name };
  keep(value);
  commits.set(cell.id, { ...value, out: false });
  cell.dataset.state = "saving";
  queueMicrotask(send);
}

function send() {
  const waiting = [...commits.values()].filter(({ out, unsent }) => !out && !unsent);
  if (sending || !waiting.length) return;
  sending = true;
  const names = ["task", "day", "seen", "edit", "step", "text"];
  const values = Object.fromEntries(names.map((name) => [name, waiting.map((one) => one[name])]));
  for (const one of waiting) one.out = true;
  htmx.ajax("POST", sheet.dataset.cells, { source: rows, values }).catch(() => {});
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt !== rows || detail.requestConfig.path !== sheet.dataset.cells) return;
  const { status } = detail.xhr;
  const answered = status === 422 || (status >= 200 && status < 300);
  if (answered) settle();
  else keepUnsent(status);
  // The answer's cells are on the page; `carryOver` sees them before this goes on.
  queueMicrotask(() => {
    sending = false;
    for (const [id, { out }] of commits) if (out) commits.delete(id);
    if ([...commits.values()].some(({ unsent }) => !unsent)) send();
    else document.dispatchEvent(new CustomEvent("cells:saved"));
  });
});

function settle() {
  for (const one of commits.values()) if (one.out) forget(one.edit);
  if (pause > FIRST_PAUSE) document.getElementById("problems").replaceChildren();
  pause = FIRST_PAUSE;
}

function keepUnsent(status) {
  for (const [id, one] of commits) {
    if (!one.out) continue;
    one.out = false;
    one.unsent = true;
    document.getElementById(id).dataset.state = "unsent";
  }
  const said = document.createElement("p");
  said.dataset.state = "unsent";
  said.textContent = sheet.dataset.unsent;
  document.getElementById("failed").replaceChildren(said);
  clearTimeout(timer);
  // Who is signed out comes back by another tab: `tryAgain` is called then.
  if (!status || status >= 500) timer = setTimeout(tryAgain, pause);
  pause = Math.min(pause * 2, LONGEST_PAUSE);
}

function tryAgain() {
  clearTimeout(timer);
  if (!sending) for (const one of commits.values()) one.unsent = false;
  send();
}

addEventListener("online", tryAgain);
addEventListener("focus", tryAgain);
document.addEventListener("visibilitychange", () => document.hidden || tryAgain());

// What was kept when this page was left goes on where it was.
for (const value of keptHere()) {
  const cell = document.getElementById(`cell-${value.task}-${value.day}`);
  if (!cell) continue;
  cell.querySelector(".hours").value = value.text;
  cell.dataset.state = "saving";
  commits.set(cell.id, { ...value, out: false });
}
showOthers();
addEventListener("load", send);
