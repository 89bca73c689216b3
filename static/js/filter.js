// A box that narrows a list to the items whose words hold what is typed. Nothing is unticked by it.
(() => {
  const plain = (text) =>
    text
      .normalize("NFD")
      .replace(/\p{Mn}/gu, "")
      .toLowerCase();

  for (const box of document.querySelectorAll("[data-filter-of]")) {
    const items = [...document.getElementById(box.dataset.filterOf).children];
    const words = items.map((item) => plain(item.dataset.words));
    const said = box.querySelector("[role=status]");
    box.hidden = false;
    box.addEventListener("input", (event) => {
      const wanted = plain(event.target.value.trim());
      items.forEach((item, place) => {
        item.hidden = !words[place].includes(wanted);
      });
      said.textContent = items.every((item) => item.hidden) ? said.dataset.none : "";
    });
  }
})();
