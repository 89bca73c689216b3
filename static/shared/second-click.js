// Ignores the second click of a double click on a button that saves something, where the first has put
// something else below the pointer: a row that moved up, another button, a link.
let first = null;

const isSaving = (button) => button.matches("[hx-post]") || button.form?.getAttribute("method") === "post";

addEventListener(
  "click",
  (event) => {
    const { target, detail, isTrusted } = event;
    // A key presses a button without a click count.
    if (!isTrusted || !detail) return;
    const button = target.closest?.("button");
    if (detail > 1 && first && button !== first) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else first = button?.type === "submit" && isSaving(button) ? button : null;
  },
  { capture: true },
);
