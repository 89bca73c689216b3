// A box above a list chooses all of it; it is of no use without script, so the page hides it.

const boxes = (all) => [
  ...all.closest(".group").querySelectorAll('input[type="checkbox"][name="edit"]'),
];

for (const all of document.querySelectorAll("[data-choose-all]")) {
  all.closest("[hidden]").hidden = false;
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-choose-all]")) {
    for (const box of boxes(target)) box.checked = target.checked;
    return;
  }
  const all = target.closest(".group")?.querySelector("[data-choose-all]");
  if (!all) return;
  const chosen = boxes(all).filter(({ checked }) => checked).length;
  all.checked = chosen === boxes(all).length;
  all.indeterminate = chosen > 0 && !all.checked;
});
