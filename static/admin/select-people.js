// A checkbox in the head of a list that selects everybody on the page.

const checkboxes = () => [...document.querySelectorAll("[name=person][type=checkbox]")];

document.addEventListener("change", ({ target }) => {
  const all = document.querySelector("[data-select-people]");
  if (target === all) {
    for (const checkbox of checkboxes()) checkbox.checked = all.checked;
    return;
  }
  const selected = checkboxes().filter(({ checked }) => checked).length;
  all.checked = selected === checkboxes().length;
  all.indeterminate = selected > 0 && !all.checked;
});
