// The note of a cell: `n` opens it beside the cell with the focus, and on a narrow screen so does the
// button of the cell. It is the panel with nothing but the hours and the note.
import { isComposing, keyName } from "../shared/key-name.js";
import { isHoursField } from "./grid-cells.js";

const panel = document.getElementById("panel");
const narrow = matchMedia("(width < 45rem)");
const GAP = 6;
// The cell whose note was asked for, until its panel is open.
let cell = null;

function openNote(of) {
  cell = of;
  const link = of.querySelector(".open");
  htmx.ajax("GET", link.href, { source: link, target: "#panel", swap: "innerHTML" });
}

// Several entries have several notes: then the whole panel opens.
function showBeside() {
  if (panel.querySelectorAll("form.entry").length > 2) return;
  const place = cell.getBoundingClientRect();
  panel.dataset.note = "";
  const { width, height } = panel.getBoundingClientRect();
  const below = place.bottom + GAP;
  const top = below + height < innerHeight ? below : Math.max(place.top - height - GAP, GAP);
  const left = Math.min(place.left, innerWidth - width - GAP);
  panel.style.setProperty("--top", `${top}px`);
  panel.style.setProperty("--left", `${Math.max(left, GAP)}px`);
  panel.querySelector("details.add:not([hidden])")?.setAttribute("open", "");
  panel.querySelector("form.entry textarea")?.focus();
}

document.addEventListener("htmx:load", ({ detail }) => {
  if (!cell || !detail.elt.closest("#panel")) return;
  // Once the panel is open: see dialog.js, which hears the same event.
  queueMicrotask(() => {
    if (panel.open && cell) showBeside();
    cell = null;
  });
});

const showAll = () => delete panel.dataset.note;

panel.addEventListener("close", showAll);

panel.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.open || !target.matches(".more-entry") || !("note" in panel.dataset)) return;
    showAll();
    panel.querySelector("details.add")?.removeAttribute("open");
  },
  true,
);

// Saving closes the panel; by this time, its form has been replaced.
let saving = null;

document.addEventListener("htmx:beforeSend", ({ detail }) => {
  if (detail.elt.matches?.("#panel[data-note] form.entry")) saving = detail.xhr;
});

document.addEventListener("htmx:afterRequest", ({ detail: { xhr } }) => {
  if (xhr === saving && xhr.status === 200) panel.close();
});

document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!isHoursField(target) || target.dataset.editing || keyName(event) !== "n") return;
  event.preventDefault();
  openNote(target.closest(".cell"));
});

document.addEventListener(
  "click",
  (event) => {
    const link = narrow.matches && event.target.closest?.("#rows .cell .open");
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    openNote(link.closest(".cell"));
  },
  { capture: true },
);
