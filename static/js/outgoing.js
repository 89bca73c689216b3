// What is on its way to the server: all that waits goes out together, one request at a time. What
// gets no answer is sent again, with the same edit id, which the server takes once.
import { newId } from "./ids.js";
import { forget, forgetSent, keep, keptHere, showOthers } from "./unsent.js";

const sheet = document.querySelector(".sheet");
const rows = document.getElementById("rows");
// By the id of the cell: what is kept of it, and whether it is `out` on the way, or `answered` for
// with the cell about to come.
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
    Object.assign(earlier, { again: true, next: input.value.trim() });
    keep(earlier);
    return;
  }
  const text = input.value.trim();
  const same = earlier?.text === text;
  if (earlier && !same) forget(earlier.edit);
  const edit = same ? earlier.edit : newId();
  const { task, day } = cell.closest("[data-task]").dataset;
  const { seen } = same ? earlier : cell.dataset;
  const name = document.getElementById(`name-${task}`).textContent.trim();
  const value = { edit, step: step ?? edit, task, day, seen, text, name, when: Date.now() };
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

// Goes back into its cell, which was drawn without it.
export function putBack(id) {
  const { text, next, seen, unsent } = commits.get(id);
  const cell = document.getElementById(id);
  cell.querySelector(".hours").value = next ?? text;
  cell.dataset.seen = seen;
  cell.dataset.state = unsent ? "unsent" : "saving";
}

const isOurs = ({ elt, requestConfig }) =>
  elt === rows && requestConfig.path === sheet.dataset.cells;

// What stands there already is not said again at each attempt.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const heading = document.querySelector("#problem h2")?.textContent;
  if (!isOurs(detail) || !detail.isError || !heading) return;
  if (detail.serverResponse.includes(heading)) detail.shouldSwap = false;
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!isOurs(detail)) return;
  const { status, responseText } = detail.xhr;
  const taken = status === 422 || (status >= 200 && status < 300);
  for (const [id, one] of commits) {
    // Something on the way, a hotel or a proxy, may answer in the place of the server.
    if (one.out) one.answered = taken && responseText.includes(`id="${id}"`);
  }
  const sent = [...commits.values()].filter(({ out }) => out);
  if (sent.every(({ answered }) => answered)) settle(sent);
  else keepUnsent(sent);
  // The answer's cells are on the page; `carryOver` sees them before this goes on.
  queueMicrotask(() => {
    sending = false;
    for (const [id, { answered }] of commits) if (answered) commits.delete(id);
    if ([...commits.values()].some(({ unsent }) => !unsent)) send();
    else document.dispatchEvent(new CustomEvent("cells:saved"));
  });
});

function settle(sent) {
  sent.forEach(forgetSent);
  if (pause > FIRST_PAUSE) document.getElementById("problems").replaceChildren();
  pause = FIRST_PAUSE;
}

function keepUnsent(sent) {
  for (const one of sent) {
    Object.assign(one, { out: false, answered: false, unsent: true });
    // Its row may have been taken away.
    const cell = document.getElementById(`cell-${one.task}-${one.day}`);
    if (cell) cell.dataset.state = "unsent";
  }
  sayUnsent();
  clearTimeout(timer);
  timer = setTimeout(tryAgain, pause);
  pause = Math.min(pause * 2, LONGEST_PAUSE);
}

function sayUnsent() {
  const failed = document.getElementById("failed");
  if (failed.textContent === sheet.dataset.unsent) return;
  const said = document.createElement("p");
  said.dataset.state = "unsent";
  said.textContent = sheet.dataset.unsent;
  failed.replaceChildren(said);
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
  commits.set(cell.id, { ...value, out: false, again: "next" in value });
  putBack(cell.id);
}
showOthers();
addEventListener("load", send);
