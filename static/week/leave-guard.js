// Prevents losing changes when somebody leaves the page: a link that is clicked while cells are being
// saved is followed afterwards, and leaving with unsaved changes asks first.
import { tableBody } from "./grid-cells.js";

// The link to follow as soon as everything is saved.
let nextLink = null;

const isDirty = (field) => field.value.trim() !== field.defaultValue.trim();
const isSaving = () => document.querySelector('.cell[data-state="saving"]');

addEventListener("beforeunload", (event) => {
  // The page is being loaded again (fresh-page.js), and comes back with what is unsent.
  if (document.body.inert) return;
  const unsaved = document.querySelector('.cell:is([data-state="saving"], [data-state="unsent"])');
  if (unsaved || [...document.querySelectorAll(".cell .hours")].some(isDirty)) {
    event.preventDefault();
  }
});

function followLink() {
  if (!nextLink || isSaving()) return;
  const failed = document.querySelector('.cell:is([data-state="refused"], [data-state="unsent"])');
  // After a failure the person stays; a second click leaves.
  if (!failed) location.assign(nextLink.href);
  nextLink = null;
}

// On the window, after all that makes something else of a link than leaving the page.
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || link.target || event.defaultPrevented) return;
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || !isSaving()) return;
  event.preventDefault();
  nextLink = link;
});

new MutationObserver(followLink).observe(tableBody, {
  childList: true,
  subtree: true,
  attributeFilter: ["data-state"],
});
