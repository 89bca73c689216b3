// Lists above the grid what this browser has not sent and no cell shows: changes that the person has to
// confirm first (see `isCurrent`), changes of other weeks, and writes of dialogs that were closed.
import { checked, countLive, isRefused } from "../journal/unsent-count.js";
import { discard, isOld, sendAgain, unanswered, writes } from "./outbox.js";
import { enqueue, queue } from "./save-queue.js";
import { isOfThisWeek, remove, storedChanges } from "./unsent-store.js";
import { typedIn } from "./write-form.js";

const section = document.getElementById("unsent");
const template = document.getElementById("unsent-line");
const DAY = 24 * 60 * 60 * 1000;

const format = (moment, style) =>
  new Intl.DateTimeFormat(document.documentElement.lang, style).format(moment);

// "today at 17:20", "yesterday at 17:20", "23 Nov 2026 at 17:20".
function moment(when) {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(when).setHours(0, 0, 0, 0)) / DAY);
  const near = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  const day = days === 0 || days === 1 ? near.format(-days, "day") : format(when, { dateStyle: "medium" });
  return fill(template.dataset.at, { day, time: format(when, { timeStyle: "short" }) });
}

const fill = (sentence, values) => sentence.replace(/{(\w+)}/g, (_, name) => values[name]);

const cellOf = ({ task, day }) => document.getElementById(`cell-${task}-${day}`);
const isInCell = (change) =>
  [...queue.values()].some(({ edit }) => edit === change.edit) && cellOf(change);

// Saves the text over what the cell shows now.
function saveNow(field, { edit, next, text }) {
  remove(edit);
  field.value = next ?? text;
  enqueue(field);
}

// Whether we know that a write was not saved. We don't if the server hasn't said which ones it has, if
// this page sent it without getting an answer, if a part of it was refused, or if it has no id that the
// server knows, as those about rows and unsynced changes.
const isCertain = (write) =>
  isAnswered && !unanswered.has(write.id) && !isRefused(write) && !/^(rows|unsynced):/.test(write.id ?? "");

function itemOfChange(change) {
  const text = change.next ?? change.text;
  const cell = isOfThisWeek(change) && cellOf(change);
  const said = text ? "typed" : "cleared";
  const kind = !isOfThisWeek(change) ? "elsewhere" : isAnswered ? said : `${said}Perhaps`;
  const field = cell && cell.querySelector(".hours");
  return listItem({
    label: `${change.name}, ${format(new Date(`${change.day}T12:00`), { dateStyle: "full" })}`,
    // A task that is no longer in this week gets no link: there is nothing to go to.
    href: isOfThisWeek(change) ? null : change.path.replace(/cells\/$/, `?day=${change.day}`),
    text,
    sentence: fill(template.dataset[kind], { text, when: moment(change.when) }),
    save: field && !field.readOnly && (() => saveNow(field, change)),
    discard: () => remove(change.edit),
  });
}

function itemOfWrite(write) {
  const isLive = unanswered.has(write.id) && !isOld(unanswered.get(write.id));
  const kind = isLive ? "waiting" : isCertain(write) ? "action" : "actionPerhaps";
  return listItem({
    label: write.label,
    text: typedIn(write.values),
    value: typedIn(write.values),
    sentence: fill(template.dataset[kind], { when: moment(write.when) }),
    save: isLive ? null : () => sendAgain(write),
    discard() {
      discard(write);
      document.dispatchEvent(new CustomEvent("write:discarded", { detail: write }));
    },
  });
}

function listItem({ label, href, text, value, sentence, ...actions }) {
  const item = template.content.cloneNode(true);
  const link = item.querySelector("a");
  if (href) link.href = href;
  link.textContent = label;
  item.querySelector("[data-value]").textContent = value ?? "";
  item.querySelector("[data-sentence]").textContent = sentence;
  for (const name of ["save", "discard"]) {
    const button = item.querySelector(`[data-${name}]`);
    button.hidden = !actions[name];
    button.addEventListener("click", () => actions[name]());
  }
  const copyButton = item.querySelector("[data-copy]");
  // Browsers offer the clipboard only on pages that came over HTTPS.
  copyButton.hidden = !navigator.clipboard || !text;
  copyButton.addEventListener("click", () => navigator.clipboard.writeText(text));
  return item;
}

// Until the server has said which of the stored changes it has, some may be saved already.
let isChecked = false;
let isAnswered = false;
checked.then((isComplete) => {
  isChecked = true;
  isAnswered = isComplete;
  section.dataset.checked = "";
  renderSoon();
});

function render() {
  if (!isChecked) return;
  const changes = storedChanges().filter((change) => !isInCell(change));
  const kept = { ...writes.all(), ...Object.fromEntries(unanswered) };
  const closed = Object.values(kept).filter(({ id }) => {
    const { sending, form } = unanswered.get(id) ?? {};
    return !sending && !form?.closest("dialog[open]");
  });
  section.hidden = !(changes.length || closed.length);
  const items = [...changes.map(itemOfChange), ...closed.map(itemOfWrite)];
  section.querySelector("[data-values]").replaceChildren(...items);
}

// A change without an answer still counts as unsent while it is sent again.
const isUnsent = ({ unsent, compared, answered }) => unsent || (compared && !answered);

countLive(() => [
  ...[...queue.values()].map((change) => ({ key: change.edit, unsent: isUnsent(change) })),
  ...[...unanswered.values()].map(({ id, unsent }) => ({ key: id, unsent })),
]);

let isPlanned = false;
function renderSoon() {
  if (isPlanned) return;
  isPlanned = true;
  queueMicrotask(() => {
    isPlanned = false;
    render();
  });
}

for (const name of ["unsent:changed", "cells:saved", "close"]) {
  document.addEventListener(name, renderSoon, { capture: true });
}
renderSoon();
