// A link that is followed while cells are being saved waits for them; leaving the page with
// something that is not saved is asked back.
(() => {
  let waiting = null;
  const isDirty = (input) => input.value.trim() !== input.defaultValue.trim();

  addEventListener("beforeunload", (event) => {
    const open = document.querySelector('.cell:is([data-state="saving"], [data-state="unsent"])');
    if (open || [...document.querySelectorAll(".cell .hours")].some(isDirty)) {
      event.preventDefault();
    }
  });

  const saving = () => document.querySelector('.cell[data-state="saving"]');

  function goOn() {
    if (!waiting || saving()) return;
    const failed = document.querySelector('.cell:is([data-state="refused"], [data-state="unsent"])');
    // Whoever goes on all the same clicks again.
    if (!failed) location.assign(waiting.href);
    waiting = null;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const leaves = link && !link.target && !link.matches(".open, [data-panel], [data-quick]");
    if (!leaves || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!saving()) return;
    event.preventDefault();
    waiting = link;
  });

  const rows = document.getElementById("rows");
  const watched = { childList: true, subtree: true, attributeFilter: ["data-state"] };
  new MutationObserver(goOn).observe(rows, watched);
})();
