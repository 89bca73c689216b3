// Opens pages in the dialog `#panel`: the entries of a cell (by the mark in its corner, by Alt+Enter,
// or because a typed value fits more than one entry) and the preview of a paste or a copy.
import { isOurs } from "./no-answer.js";

const dialog = document.getElementById("panel");
const FOCUS_ORDER = ["[autofocus]", "[aria-invalid]", ".hours", "[data-close]", "button"];
// The id of the element that had the focus when the dialog opened.
let openedFrom = null;

const entriesLink = (cell) => cell?.querySelector(".open");

function show() {
  const wasClosed = !dialog.open;
  if (wasClosed) {
    openedFrom = document.activeElement.id;
    dialog.showModal();
  }
  // The button that had the focus is gone when new content replaced it, or a second click has put the
  // focus on the dialog.
  const { activeElement } = document;
  if (wasClosed || activeElement === dialog || !dialog.contains(activeElement)) focusContent();
}

function focusContent() {
  const element = FOCUS_ORDER.map((selector) => dialog.querySelector(selector)).find(Boolean);
  element?.focus();
  element?.select?.();
}

function load(link) {
  if (link) htmx.ajax("GET", link.href, { source: link, target: "#panel", swap: "innerHTML" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".cell .open, a[data-panel]");
  if (event.target.closest?.("[data-close]")) dialog.close();
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  load(link);
});

document.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt.closest("#panel")) show();
  else if (detail.elt.dataset.asks === "which" && !dialog.open) load(entriesLink(detail.elt));
});

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.(".cell");
  if (!cell || event.key !== "Enter" || !event.altKey) return;
  event.preventDefault();
  load(entriesLink(cell));
});

// A digit takes the choice with that number, and Ctrl+Enter saves from anywhere in a form.
dialog.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.form) {
    event.preventDefault();
    target.form.requestSubmit();
  }
  const choice = dialog.querySelector(`[data-choice="${CSS.escape(key)}"]`);
  if (!choice || event.ctrlKey || event.metaKey || target.matches("input, textarea, select")) return;
  event.preventDefault();
  choice.click();
});

// What was sent in the dialog is done only when we say so. Where some of it was refused, the dialog
// stays and says why; the cells behind it are up to date.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.elt.matches?.("[data-closes]") || !isOurs(detail.xhr)) return;
  if (detail.xhr.status < 400) dialog.close();
  else if (detail.xhr.status === 422) showRefused();
});

function showRefused() {
  const reasons = document.getElementById("failed").cloneNode(true);
  reasons.removeAttribute("id");
  reasons.dataset.refused = "";
  dialog.querySelector("[data-refused]")?.remove();
  dialog.querySelector("header").after(reasons);
}

dialog.addEventListener("close", () => {
  const entries = dialog.querySelector("#entries[data-cell]");
  const selector = entries
    ? `#${entries.dataset.cell} .hours`
    : openedFrom && `#${CSS.escape(openedFrom)}`;
  if (selector) document.querySelector(selector)?.focus();
  dialog.replaceChildren();
});
