// The fields of the grid as lines, and moving among them. What cannot be seen, on a narrow screen
// the days that are not shown, is not among them.

export const rows = document.getElementById("rows");

export const arrows = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export const isHours = (element) => Boolean(element?.matches?.("#rows .hours"));

const seen = (input) => input.offsetParent !== null;

// Row by row. A row that cannot be edited has no line.
export function lines() {
  const all = [...rows.rows].map((row) => [...row.querySelectorAll(".hours")].filter(seen));
  return all.filter((line) => line.length);
}

// By its id, because answers exchange the fields.
export function place(id, all) {
  const has = (input) => input.id === id;
  const row = all.findIndex((line) => line.some(has));
  return { row, column: row < 0 ? -1 : all[row].findIndex(has) };
}

// `detail.together` is the same thing for all that is one step.
export const tell = (input, name, detail) =>
  input.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

// Now, or once all cells that are being saved are answered for.
export function whenSaved(act) {
  if (!document.querySelector('.cell[data-state="saving"]')) act();
  else document.addEventListener("cells:saved", () => whenSaved(act), { once: true });
}
