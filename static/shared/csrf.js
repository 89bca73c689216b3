// Adds the current CSRF token to every POST of htmx. Signing in again in another tab replaces the
// token that this page was rendered with, and what is typed on this page must still be saved.

function cookie(name) {
  return document.cookie.match(`(?:^|; )${name}=([^;]+)`)?.[1];
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  // With HTTPS the name that only this host can set comes first, whatever else there is.
  const token = cookie("__Host-csrftoken") ?? cookie("csrftoken");
  if (token && detail.verb === "post") detail.parameters.csrfmiddlewaretoken = token;
});
