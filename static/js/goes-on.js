// What goes on by itself goes on after an answer that did not come, too: with growing pauses, and said.
const PAUSES = [2000, 4000, 8000, 16000, 30000];
const tries = new WeakMap();

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, ({ detail }) => {
    const found = detail.elt.closest?.("[data-goes-on]");
    if (!found) return;
    const before = tries.get(found) ?? 0;
    tries.set(found, before + 1);
    found.querySelector("[data-stopped]").hidden = false;
    setTimeout(() => htmx.trigger(found, "again"), PAUSES[Math.min(before, PAUSES.length - 1)]);
  });
}
