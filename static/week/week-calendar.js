// The calendar behind the title of a week: arrows move by days and weeks, Page Up and Page Down by
// months, Home and End within a week, Enter goes there. What is typed goes into the field above it.
import { isComposing } from "../shared/key-name.js";

const picker = document.querySelector(".picker");
const jump = document.getElementById("jump");
const calendar = () => document.getElementById("week-calendar");
const mouse = matchMedia("(pointer: fine)");
const DAYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const MONTHS = { PageUp: -1, PageDown: 1 };
// The day that gets the focus once its month is there.
let awaited = null;

const links = () => [...calendar().querySelectorAll("[data-day]")];
const iso = (day) => day.toISOString().slice(0, 10);

function shifted(text, days, months = 0) {
  const day = new Date(`${text}T00:00:00Z`);
  if (!months) return iso(new Date(day.getTime() + days * 86_400_000));
  const last = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months + 1, 0));
  const wanted = Math.min(day.getUTCDate(), last.getUTCDate());
  return iso(new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), wanted)));
}

// One of the days is the tab stop.
function makeTabStop(link) {
  for (const other of links()) other.tabIndex = other === link ? 0 : -1;
}

const chosen = () => calendar().querySelector("[data-day][aria-current]") ?? links()[0];

function focusDay(day) {
  const link = links().find(({ dataset }) => dataset.day === day);
  if (link) {
    makeTabStop(link);
    link.focus();
    return;
  }
  awaited = day;
  const step = day.slice(0, 7) < calendar().dataset.month ? "prev" : "next";
  calendar().querySelector(`.month-switch [rel=${step}]`)?.click();
}

function target(day, { key }) {
  if (key in DAYS) return shifted(day, DAYS[key]);
  if (key in MONTHS) return shifted(day, 0, MONTHS[key]);
  const fromMonday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  if (key === "Home") return shifted(day, -fromMonday);
  return key === "End" ? shifted(day, 6 - fromMonday) : null;
}

picker.addEventListener("toggle", () => {
  if (!picker.open) return;
  if (mouse.matches) jump.select();
  else picker.querySelector("summary").focus();
});

picker.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  const { day } = event.target.dataset;
  const isAbove = event.target === jump || event.target.matches("summary");
  if (isAbove && event.key === "ArrowDown" && links().length) {
    event.preventDefault();
    focusDay(chosen().dataset.day);
  } else if (day && target(day, event)) {
    event.preventDefault();
    focusDay(target(day, event));
  } else if (day && event.key.length === 1 && event.key !== " ") {
    // The key itself goes into the field.
    jump.value = "";
    jump.focus();
  }
});

document.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt.id !== "week-calendar") return;
  makeTabStop(chosen());
  const day = awaited;
  awaited = null;
  if (day) links().find(({ dataset }) => dataset.day === day)?.focus();
});
