// Loads a page again that comes back from the browser's memory of pages (Back, a restored tab): it
// shows what it showed then. Until the new one is there it takes no key, so that nothing is typed
// over hours that are not there any more.
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  document.body.inert = true;
  location.reload();
});
