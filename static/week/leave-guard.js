// Prevents losing changes when somebody leaves the page: a link that is clicked while cells are being
// saved is followed afterwards, a form such as that for submitting the week is sent afterwards, and
// leaving with unsaved changes asks first.
import { tableBody, whenSaved } from "./grid-cells.js";

// The link to follow as soon as everything is saved.
let nextLink = null;

const isDirty = (field) => field.value.trim() !== field.defaultValue.trim();
const isSaving = () => document.querySelector('.cell[data-state="saving"]');
const hasFailed = () => document.querySelector('.cell:is([data-state="refused"], [data-state="unsent"])');

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
  // After a failure the person stays; a second click leaves.
  if (!hasFailed()) location.assign(nextLink.href);
  nextLink = null;
}

// On the window, so that it runs after scripts that handle the link themselves.
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || link.target || event.defaultPrevented) return;
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || !isSaving()) return;
  event.preventDefault();
  nextLink = link;
});

// Forms that htmx sends do not leave the page.
document.addEventListener(
  "submit",
  (event) => {
    const { target: form, submitter } = event;
    const isLeaving = form.matches('[method="post"]:not([hx-post], #cells)') && !submitter?.matches("[hx-post]");
    if (!isLeaving || !isSaving()) return;
    event.preventDefault();
    whenSaved(() => hasFailed() || (form.isConnected && form.requestSubmit(submitter)));
  },
  true,
);

new MutationObserver(followLink).observe(tableBody, {
  childList: true,
  subtree: true,
  attributeFilter: ["data-state"],
});
