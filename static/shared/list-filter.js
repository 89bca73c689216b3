// Filters a list while somebody types: hides the items whose words do not contain the text. It only
// hides items; checkboxes in them keep their state.

const withoutAccents = (text) =>
  text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();

function prepare() {
  for (const filter of document.querySelectorAll("[data-filter-of]")) {
    const items = [...document.getElementById(filter.dataset.filterOf).children];
    const words = items.map((item) => withoutAccents(item.dataset.words));
    const status = filter.querySelector("[role=status]");
    filter.hidden = false;
    filter.addEventListener("input", (event) => {
      const query = withoutAccents(event.target.value.trim());
      items.forEach((item, index) => {
        item.hidden = !words[index].includes(query);
      });
      status.textContent = items.every((item) => item.hidden) ? status.dataset.none : "";
    });
  }
}

document.addEventListener("page:replaced", prepare);
prepare();
