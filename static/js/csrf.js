// Sends the CSRF token as it is now. Who signed in anew in another tab has another one than the
// page was made with, and what stands typed on this page must still be saved.
(() => {
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    // With HTTPS the name that only this host can set comes first, whatever else there is.
    const cookie = (name) => document.cookie.match(`(?:^|; )${name}=([^;]+)`);
    const token = cookie("__Host-csrftoken") ?? cookie("csrftoken");
    if (token && detail.verb === "post") detail.parameters.csrfmiddlewaretoken = token[1];
  });
})();
