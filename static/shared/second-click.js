// Ignores the second click of a double click on a button that saves something, where the first has put
// something else below the pointer: a row that moved up, another button, a link.
const LONGEST = 300;
const FARTHEST = 5;
let first = null;

const isSaving = (button) => button.matches("[hx-post]") || button.form?.getAttribute("method") === "post";

addEventListener(
  "click",
  (event) => {
    const { target, clientX: x, clientY: y, timeStamp: at, detail, isTrusted } = event;
    // A key presses a button without a place.
    if (!isTrusted || !detail) return;
    const button = target.closest?.("button");
    const isSecond =
      first && button !== first.button && at - first.at < LONGEST && Math.hypot(x - first.x, y - first.y) < FARTHEST;
    if (isSecond) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else first = button?.type === "submit" && isSaving(button) ? { button, x, y, at } : null;
  },
  { capture: true },
);
