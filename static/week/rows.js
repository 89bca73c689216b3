// Moves the focus to where people continue after adding, pinning or removing a row of the week.

const query = document.getElementById("query");

// The first visible cell of a row: today's, or on a narrow screen the day that is shown.
function focusFirstCell(row) {
  const fields = [...row.querySelectorAll(".hours")].filter((field) => field.offsetParent);
  const field = fields.find((candidate) => candidate.closest("[data-today]")) ?? fields[0];
  field?.focus();
}

function clearSearch() {
  query.value = "";
  document.getElementById("found").replaceChildren();
}

// A task that is already in the week is not added again: its row gets the focus.
document.addEventListener("htmx:confirm", (event) => {
  const task = event.target.querySelector?.("[data-add]")?.dataset.add;
  const row = task && document.getElementById(`row-${task}`);
  if (!row) return;
  event.preventDefault();
  clearSearch();
  focusFirstCell(row);
});

let isPinning = false;

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  isPinning = detail.requestConfig.path.endsWith("pin/");
});

document.addEventListener("htmx:load", ({ detail }) => {
  const row = detail.elt;
  if (!row.matches("[data-row]")) return;
  if (isPinning) {
    row.querySelector(".row-menu button").focus();
    return;
  }
  clearSearch();
  document.querySelector(`[data-suggested="${row.dataset.row}"]`)?.remove();
  focusFirstCell(row);
});

// The server sorts the rows; a new one goes where it will be after a reload.
document.addEventListener("row:placed", ({ detail: { task, after } }) => {
  const row = document.getElementById(`row-${task}`);
  const above = after && document.getElementById(`row-${after}`);
  if (!row || above === null || row === above) return;
  if (!above) row.parentElement.prepend(row);
  else if (above.nextElementSibling !== row) above.after(row);
});

// htmx fires no event for a swap that deleted its target.
document.addEventListener("write:answered", ({ detail: { path } }) => {
  if (path.endsWith("/rows/remove/") && document.activeElement === document.body) query.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest?.(".add-row")) {
    clearSearch();
    query.focus();
  }
});
