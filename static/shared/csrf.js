// Adds the current CSRF token to every POST. Signing in again in another tab replaces the
// token that this page was rendered with, and what is typed on this page must still be saved.

function cookie(name) {
  return document.cookie.match(`(?:^|; )${name}=([^;]+)`)?.[1];
}

// With HTTPS the name that only this host can set comes first, whatever else there is.
export const csrfToken = () => cookie("__Host-csrftoken") ?? cookie("csrftoken");

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = csrfToken();
  if (token && detail.verb === "post") detail.parameters.csrfmiddlewaretoken = token;
});
