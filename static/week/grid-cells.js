// The cells of the grid as rows of input fields, and finding a field among them. Fields that are not
// visible are left out: on a narrow screen the days that are not shown.

export const tableBody = document.getElementById("rows");

// By the key: how many rows down and how many columns to the right.
export const ARROWS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export const isHoursField = (element) => Boolean(element?.matches?.("#rows .hours"));

export const isVisible = (field) => field.offsetParent !== null;

// Rows that cannot be edited have no fields and are left out.
export function fieldRows() {
  const rows = [...tableBody.rows].map((row) => [...row.querySelectorAll(".hours")]);
  return rows.map((row) => row.filter(isVisible)).filter((row) => row.length);
}

// By its id, because answers from the server replace the fields.
export function positionOf(id, rows) {
  const hasId = (field) => field.id === id;
  const row = rows.findIndex((fields) => fields.some(hasId));
  return { row, column: row < 0 ? -1 : rows[row].findIndex(hasId) };
}

// Events with the same object as `detail.together` become one step, undone at once.
export const dispatch = (field, name, detail) =>
  field.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

// Calls back now, or as soon as the server has answered for all cells that are being saved.
export function whenSaved(callback) {
  if (!document.querySelector('.cell[data-state="saving"]')) callback();
  else document.addEventListener("cells:saved", () => whenSaved(callback), { once: true });
}
