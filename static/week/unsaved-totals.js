// Marks the totals of rows, days and the week that lack changes not in Asana yet: stored only in this
// browser, queued, being checked, or not saved. The mark says how many changes there are.
import { queue } from "./save-queue.js";
import { isOfThisWeek, storedChanges } from "./unsent-store.js";

const grid = document.querySelector(".grid");
const STATES = ["unsent", "queued", "in_doubt", "restored", "conflict", "refused"];
const UNSAVED = STATES.map((state) => `.cell[data-state="${state}"]`).join();
const { unsavedOne, unsavedMany } = grid.dataset;

const placeOf = (cell) => cell.closest("[data-task]").dataset;

// The tasks and days of cells with unsaved changes, each once.
function unsavedPlaces() {
  const places = new Map();
  for (const cell of grid.querySelectorAll(UNSAVED)) places.set(cell.id, placeOf(cell));
  for (const change of storedChanges().filter(isOfThisWeek)) {
    const cell = document.getElementById(`cell-${change.task}-${change.day}`);
    // A change that is sent for the first time is usually saved in a moment.
    const isNew = cell?.dataset.state === "saving" && !queue.get(cell.id)?.compared;
    if (cell && !isNew) places.set(cell.id, change);
  }
  return [...places.values()];
}

function mark(element, count) {
  const words = count === 1 ? unsavedOne : unsavedMany.replace("{n}", count);
  const old = element.querySelector(":scope > .unsaved");
  if ((old?.textContent ?? "") === (count ? `!${words}` : "")) return;
  old?.remove();
  if (!count) return;
  const sum = Object.assign(document.createElement("span"), { className: "unsaved", title: words });
  const sign = Object.assign(document.createElement("span"), { ariaHidden: "true", textContent: "!" });
  const text = Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: words });
  sum.append(sign, text);
  element.append(sum);
}

function show() {
  const places = unsavedPlaces();
  const count = (test) => places.filter(test).length;
  for (const total of grid.querySelectorAll(".sum")) {
    const of = total.id.replace("total-", "");
    mark(total, of === "week" ? places.length : count(({ task, day }) => of === task || of === day));
  }
  for (const rest of document.querySelectorAll("#progress .to-go")) mark(rest, places.length);
  for (const link of document.querySelectorAll(".days a")) {
    mark(link, count(({ day }) => link.href.endsWith(`day=${day}`)));
  }
}

let isPlanned = false;
function showSoon() {
  if (isPlanned) return;
  isPlanned = true;
  queueMicrotask(() => {
    isPlanned = false;
    show();
  });
}

new MutationObserver(showSoon).observe(grid, { childList: true, subtree: true, attributeFilter: ["data-state"] });
for (const name of ["unsent:changed", "cells:saved", "htmx:oobAfterSwap"]) document.addEventListener(name, showSoon);
showSoon();
