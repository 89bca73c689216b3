// Moves the mark of today, and on a narrow screen the shown day, on a page that stays open over
// midnight, and announces it. The server said which day it was when the page loaded; the browser's clock
// says how many days have passed since.
const sheet = document.querySelector(".sheet");
const grid = sheet.querySelector(".grid");
const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;

const localDay = () => {
  const now = new Date();
  return Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
};
let shownDay = localDay();

const isoDay = (time) => new Date(time).toISOString().slice(0, 10);
// Monday is 1, as in `data-column`.
const columnOf = (time) => new Date(time).getUTCDay() || 7;
const chipOf = (time) => document.querySelector(`.days a[href$="day=${isoDay(time)}"]`);
const isInWeek = (time) => Boolean(chipOf(time));

function markToday(today) {
  for (const marked of document.querySelectorAll(":is(.grid, .days) [data-today]")) {
    delete marked.dataset.today;
  }
  if (!isInWeek(today)) return;
  for (const cell of grid.querySelectorAll(`[data-column="${columnOf(today)}"]`)) {
    cell.dataset.today = "";
  }
  chipOf(today).dataset.today = "";
}

// The shown day changes only if it was today: somebody may be looking at another one.
function showToday(before, today) {
  if (!isInWeek(today) || grid.dataset.shown !== String(columnOf(before))) return;
  grid.dataset.shown = columnOf(today);
  chipOf(before)?.removeAttribute("aria-current");
  chipOf(today).setAttribute("aria-current", "date");
}

function sayNewDay(today) {
  const message = document.getElementById("new-day").content.cloneNode(true);
  if (isInWeek(today)) message.querySelector("a").remove();
  document.getElementById("said").replaceChildren(message);
}

const isBusy = () =>
  document.querySelector('[data-editing], dialog[open], .cell:is([data-state="saving"], [data-state="unsent"])');

function look() {
  const passed = localDay() - shownDay;
  if (!passed) return;
  shownDay += passed;
  const before = Date.parse(sheet.dataset.today);
  const today = before + Math.round(passed / DAY) * DAY;
  sheet.dataset.today = isoDay(today);
  markToday(today);
  showToday(before, today);
  sayNewDay(today);
  // The rules may lock other days from now on, and only the server knows which.
  if (sheet.querySelector(".cell[data-locked]") && !isBusy()) location.reload();
}

setInterval(look, MINUTE / 2);
for (const name of ["focus", "pageshow"]) addEventListener(name, look);
document.addEventListener("visibilitychange", () => document.hidden || look());
