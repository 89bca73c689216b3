// The timer in the header: it ticks, `t` and its link open the panel, and it checks for changes made
// on another device when somebody comes back to the page. Without script the links lead to the timer's page.

import { typedField } from "../shared/key-name.js";

const dialog = document.getElementById("timer-panel");
const LOOK_AGAIN_AFTER = 5000;
let lookedAt = Date.now();
// When each element was put on the page, to add to the seconds that the server counted.
const shownAt = new WeakMap();

function clock(seconds) {
  const [hours, minutes, rest] = [seconds / 3600, (seconds % 3600) / 60, seconds % 60];
  const digits = (number) => String(Math.floor(number)).padStart(2, "0");
  return `${Math.floor(hours)}:${digits(minutes)}:${digits(rest)}`;
}

function tick() {
  for (const element of document.querySelectorAll("[data-elapsed]")) {
    if (!shownAt.has(element)) shownAt.set(element, Date.now());
    const since = (Date.now() - shownAt.get(element)) / 1000;
    element.textContent = clock(Number(element.dataset.elapsed) + Math.max(since, 0));
  }
}

setInterval(tick, 1000);
tick();

function open(address, source) {
  htmx.ajax("GET", address, { source, target: "#timer-panel", swap: "innerHTML" });
}

// The task of the row that has the focus, whose cell is not being edited.
function focusedTask(target) {
  const isIdle = target.matches(".hours") && !target.dataset.editing;
  return isIdle ? target.closest("td").dataset.task : "";
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-timer]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link.href, link);
});

// Before the grid takes the key as typing.
document.addEventListener(
  "keydown",
  (event) => {
    const { target } = event;
    const isT = event.key === "t" || (event.code === "KeyT" && !/^[a-z]$/i.test(event.key));
    if (!isT || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const task = focusedTask(target);
    if (!task && typedField(target)) return;
    const link = document.querySelector("#timer a[data-timer]");
    if (!link || event.isComposing || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    open(task ? `${link.href}?task=${task}` : link.href, link);
  },
  true,
);

// The panel opens once its content is there.
document.addEventListener("htmx:load", ({ detail }) => {
  tick();
  if (!detail.elt.closest("#timer-panel") || !dialog.querySelector(".timer-content")) return;
  const { activeElement } = document;
  if (dialog.open && activeElement !== dialog && dialog.contains(activeElement)) return;
  if (!dialog.open) dialog.showModal();
  const element = dialog.querySelector("[autofocus]") ?? dialog.querySelector("button");
  element.focus();
  element.select?.();
});

// The button of the header from which it was opened may have been replaced.
dialog?.addEventListener("close", () => {
  dialog.replaceChildren();
  if (document.activeElement === document.body) document.querySelector("#timer a[data-timer]")?.focus();
});

// Enter in the search starts on the first task that was found.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-start-search]")) return;
  event.preventDefault();
  document.querySelector("#timer-tasks [data-start]")?.click();
});

// Something was started, added or discarded. The week that got an entry loads again.
document.addEventListener("timer:changed", ({ detail }) => {
  dialog.close();
  if (detail.week && location.pathname === detail.week) location.reload();
});

function look() {
  if (document.hidden || Date.now() - lookedAt < LOOK_AGAIN_AFTER) return;
  lookedAt = Date.now();
  document.getElementById("timer")?.dispatchEvent(new Event("timer-look"));
}

addEventListener("focus", look);
document.addEventListener("visibilitychange", look);
