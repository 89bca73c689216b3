// Starts the download of an exported file as soon as the server says that it is ready.

document.addEventListener("htmx:load", ({ detail }) => {
  const { elt } = detail;
  const link = elt.matches?.("[data-start]") ? elt : elt.querySelector?.("[data-start]");
  link?.click();
});
