// Counts in the header what this browser has not sent, on every page. While there is any, or something
// is being sent, the pill beside it does not say that all is saved: only this browser knows.
import { browserStore } from "../shared/browser-store.js";

const stores = [browserStore("unsent"), browserStore("writes")];
const pill = document.getElementById("unsent-count");

// The week knows which of its changes are being sent at this moment, and which it could not store.
let live = () => [];
export function countLive(changes) {
  live = changes;
}

function show() {
  const known = new Map();
  for (const store of stores) {
    for (const [key, { edit }] of Object.entries(store.all())) known.set(edit ?? key, true);
  }
  const isKnown = known.size > 0;
  const isSending = live().length > 0;
  for (const { key, unsent } of live()) {
    if (unsent) known.set(key, true);
    else known.delete(key);
  }
  const words = known.size === 1 ? pill.dataset.one : pill.dataset.many.replace("{n}", known.size);
  if (pill.textContent !== words) pill.textContent = words;
  pill.hidden = known.size === 0;
  document.body.toggleAttribute("data-unsent", isKnown || isSending);
}

if (pill) {
  let timer = null;
  document.addEventListener("unsent:changed", () => queueMicrotask(show));
  document.addEventListener("cells:saved", () => queueMicrotask(show));
  // Another tab has what it sends answered within moments.
  addEventListener("storage", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 2000);
  });
  show();
}
