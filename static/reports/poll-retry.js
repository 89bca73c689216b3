// Keeps an element with `data-goes-on` polling when our server didn't answer a request (no-answer.js):
// says so on the page, and tries again after pauses that grow.

const PAUSES = [2000, 4000, 8000, 16000, 30000];
const failures = new WeakMap();

document.addEventListener("request:unanswered", ({ detail }) => {
  const element = detail.elt.closest?.("[data-goes-on]");
  if (!element) return;
  const earlier = failures.get(element) ?? 0;
  failures.set(element, earlier + 1);
  element.querySelector("[data-stopped]").hidden = false;
  const pause = PAUSES[Math.min(earlier, PAUSES.length - 1)];
  setTimeout(() => htmx.trigger(element, "again"), pause);
});
