// In the preview of a copy: rows and days can be left out, and the button says how many entries are
// added. The server looks at the same boxes, so it works without this script too.

const keptValues = (name) =>
  new Set(
    [...document.querySelectorAll(`.preview [name=${name}]:checked`)].map(({ value }) => value),
  );

function update() {
  const button = document.querySelector(".preview [data-count-one]");
  if (!button) return;
  const [rows, days] = [keptValues("keep_row"), keptValues("keep_day")];
  let count = 0;
  for (const cell of document.querySelectorAll(".preview [data-cell]")) {
    const [task, day] = cell.dataset.cell.split(" ");
    const isKept = rows.has(task) && days.has(day);
    cell.toggleAttribute("data-left-out", !isKept);
    count += isKept;
  }
  const { countOne, countMany, countNone } = button.dataset;
  button.textContent = count === 1 ? countOne : count ? countMany.replace("#", count) : countNone;
  button.disabled = !count;
}

document.addEventListener("change", ({ target }) => {
  if (target.matches(".preview [name=keep_row], .preview [name=keep_day]")) update();
});

document.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt.closest(".preview, #panel")) update();
});

update();
