// The selected people of a list: a checkbox in its head that selects everybody on the page, and a bar
// with what can be done with them, which is there as long as somebody is selected.

const bar = () => document.querySelector("[data-people-selection]");
const everyone = () => document.getElementById("everyone");
const checkboxes = () => [...document.querySelectorAll("[name=person][type=checkbox]")];

function showSelection() {
  const boxes = checkboxes();
  const selected = boxes.filter(({ checked }) => checked).length;
  const all = document.querySelector("[data-select-people]");
  all.checked = selected > 0 && selected === boxes.length;
  all.indeterminate = selected > 0 && !all.checked;
  if (everyone() && !selected) everyone().checked = false;
  bar().toggleAttribute("data-empty", selected === 0);
  for (const button of bar().querySelectorAll("[data-needs-selection]")) {
    button.disabled = selected === 0;
  }
  const words = bar().querySelector("[data-selected]");
  const number = everyone()?.checked ? everyone().dataset.number : selected;
  words.textContent = words.dataset.selected.replace("%n", number);
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-select-people]")) {
    for (const checkbox of checkboxes()) checkbox.checked = target.checked;
  }
  if (target.matches("[name=person], [data-select-people], #everyone")) showSelection();
});

document.addEventListener("keydown", (event) => {
  const panel = event.target.closest?.("[data-people-selection] details[open]");
  if (event.key !== "Escape" || !panel) return;
  panel.open = false;
  panel.querySelector("summary").focus();
});

showSelection();
