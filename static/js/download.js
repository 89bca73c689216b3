// A file that is ready is fetched at once.
document.addEventListener("htmx:load", ({ detail }) => {
  const found = detail.elt;
  const link = found.matches?.("[data-start]") ? found : found.querySelector?.("[data-start]");
  link?.click();
});
