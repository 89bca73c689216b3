// On a narrow screen: the days of the week switch without loading the page, by their chips or by a
// swipe across the rows.
const sheet = document.querySelector(".sheet");
const grid = sheet.querySelector(".grid");
const chips = [...document.querySelectorAll(".days a")];
const narrow = matchMedia("(width < 45rem)");
// In CSS pixels. A swipe is longer than this, and at least twice as wide as high.
const SHORTEST_SWIPE = 60;

function showDay(index) {
  const chip = chips[index];
  if (!chip || chip.hasAttribute("aria-current")) return;
  // What is typed is saved before its cell is hidden.
  if (sheet.contains(document.activeElement)) document.activeElement.blur();
  for (const other of chips) other.removeAttribute("aria-current");
  chip.setAttribute("aria-current", "date");
  grid.dataset.shown = index + 1;
  history.replaceState(history.state, "", chip.href);
}

document.addEventListener("click", (event) => {
  const index = chips.indexOf(event.target.closest?.(".days a"));
  if (index < 0 || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  showDay(index);
});

let start = null;

sheet.addEventListener(
  "touchstart",
  ({ touches }) => {
    start = touches.length === 1 ? { x: touches[0].clientX, y: touches[0].clientY } : null;
  },
  { passive: true },
);

sheet.addEventListener(
  "touchend",
  ({ changedTouches }) => {
    if (!start || !narrow.matches) return;
    const across = changedTouches[0].clientX - start.x;
    const down = changedTouches[0].clientY - start.y;
    if (Math.abs(across) < SHORTEST_SWIPE || Math.abs(across) < 2 * Math.abs(down)) return;
    const isRightToLeft = getComputedStyle(sheet).direction === "rtl";
    const step = across < 0 === isRightToLeft ? -1 : 1;
    showDay(chips.findIndex((chip) => chip.hasAttribute("aria-current")) + step);
  },
  { passive: true },
);
