// A paste that is sent again doesn't overwrite cells that were changed in the meantime. Their values are
// listed above the grid, for the person to save or discard.
import { askLater } from "./unsent-store.js";

document.addEventListener("write:answered", ({ detail: { xhr, values, when } }) => {
  if (!xhr || !values.text || !xhr.responseText.includes("data-later")) return;
  const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
  for (const [place, text] of values.text.entries()) {
    const cell = answer.getElementById(`cell-${values.task[place]}-${values.day[place]}`);
    if (cell?.matches("[data-later]")) askLater(cell, text, when);
  }
});
