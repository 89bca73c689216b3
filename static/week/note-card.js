// The card with the notes of a cell: Escape hides it until the cell is left.
import { isComposing } from "../shared/key-name.js";

const shown = () =>
  document.querySelectorAll("#rows .cell:is(:hover, :focus-within):not([data-no-notes]):has(.note-card)");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || isComposing(event)) return;
  for (const cell of shown()) cell.dataset.noNotes = "";
});

const leave = ({ target }) => {
  const cell = target.closest?.(".cell[data-no-notes]");
  if (cell && !cell.matches(":hover, :focus-within")) delete cell.dataset.noNotes;
};

// During the event the focus is still there.
document.addEventListener("focusout", (event) => queueMicrotask(() => leave(event)));
document.addEventListener("mouseout", leave);
