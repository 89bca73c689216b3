// Keeps the focus where somebody pressed a button: htmx disables it until its request has ended, and
// answers replace it. The focus then goes to the same button or, without one, to what is around it: never
// to another button, which a second Enter would press.
let last = null;

const labelOf = (element) => element.ariaLabel ?? element.textContent.trim();

function idsAround(element) {
  const place = element.closest("[id]");
  if (!place || place.matches("main, body, dialog")) return [];
  return [place.id, ...idsAround(place.parentElement)];
}

document.addEventListener("focusin", ({ target }) => {
  last = target.matches("button, summary") ? { target, label: labelOf(target), ids: idsAround(target) } : null;
});

// A click on an empty place: the person has taken the focus away.
document.addEventListener("pointerdown", ({ target }) => {
  if (!target.closest("button, summary")) last = null;
});

function placeIn(container, isNearest) {
  const isSame = (button) => !button.disabled && labelOf(button) === last.label;
  if (container.matches("button")) return isSame(container) ? container : null;
  const same = isNearest && [...container.querySelectorAll("button")].find(isSame);
  const place = same || container.querySelector(".hours");
  if (place) return place;
  container.tabIndex = -1;
  return container;
}

function restore() {
  const isLost = [document.body, null].includes(document.activeElement);
  if (!last || !isLost || document.body.inert) return;
  if (last.target.isConnected && !last.target.disabled) return last.target.focus({ preventScroll: true });
  for (const [place, id] of last.ids.entries()) {
    const container = document.getElementById(id);
    const found = container?.checkVisibility() && placeIn(container, place === 0);
    if (found) return found.focus({ preventScroll: true });
  }
}

// After other listeners, which may know a better place.
const restoreSoon = () => setTimeout(restore);
document.addEventListener("htmx:afterSettle", restoreSoon);
document.addEventListener("htmx:beforeRequest", ({ detail: { xhr } }) => xhr.addEventListener("loadend", restoreSoon));
