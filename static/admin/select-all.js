// A checkbox above a group of unsynced changes that selects all of them. Without scripts it could do
// nothing, so the page hides it.

const checkboxes = (selectAll) => [
  ...selectAll.closest(".group").querySelectorAll('input[type="checkbox"][name="edit"]'),
];

function show() {
  for (const selectAll of document.querySelectorAll("[hidden] [data-choose-all]")) {
    selectAll.closest("[hidden]").hidden = false;
  }
}

document.addEventListener("page:replaced", show);
show();

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-choose-all]")) {
    for (const checkbox of checkboxes(target)) checkbox.checked = target.checked;
    return;
  }
  const selectAll = target.closest(".group")?.querySelector("[data-choose-all]");
  if (!selectAll) return;
  const selected = checkboxes(selectAll).filter(({ checked }) => checked).length;
  selectAll.checked = selected === checkboxes(selectAll).length;
  selectAll.indeterminate = selected > 0 && !selectAll.checked;
});
