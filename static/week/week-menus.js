// The menus of the heading: Escape and a click elsewhere close them. Their links open sections that are
// folded further down.
const menus = () => document.querySelectorAll(".week-heading details[open]");

function close(menu) {
  menu.open = false;
}

document.addEventListener("click", ({ target }) => {
  for (const menu of menus()) {
    const isOutside = target.isConnected && !menu.contains(target);
    if (isOutside || target.closest("[data-panel], [data-quick], [data-open]")) close(menu);
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-open]");
  if (!link) return;
  event.preventDefault();
  const folded = document.getElementById(link.dataset.open);
  folded.open = true;
  folded.scrollIntoView({ block: "nearest" });
  folded.querySelector("summary").focus();
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".week-heading details[open]");
  if (!menu) return;
  if (event.key === "Escape") {
    close(menu);
    menu.querySelector("summary").focus();
  }
});
