// A paste that is sent again does not overwrite what was decided about its cells since. Those values are
// listed above the grid, for the person to save or discard.
import { newEditId } from "./edit-id.js";
import { store } from "./unsent-store.js";

document.addEventListener("write:answered", ({ detail: { xhr, values, when } }) => {
  if (!xhr || !values.text || !xhr.responseText.includes("data-later")) return;
  const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
  for (const [place, text] of values.text.entries()) {
    const [task, day] = [values.task[place], values.day[place]];
    const cell = answer.getElementById(`cell-${task}-${day}`);
    if (!cell?.matches("[data-later]")) continue;
    const edit = newEditId();
    const name = document.getElementById(`name-${task}`)?.textContent.trim() ?? "";
    const { seen, version } = cell.dataset;
    store({ edit, step: edit, task, day, seen, version, text, name, when, asks: true });
  }
});
