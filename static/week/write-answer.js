// Shows the answer to a write whose form is gone, because its dialog was closed or the page reloaded.
// The cells in the answer replace those on the page. A refusal opens the dialog again.
const section = document.getElementById("unsent");
const panel = document.getElementById("panel");
const quick = document.getElementById("quick");

// The options for `htmx.ajax`; null if nothing is left to send.
export function placeWithoutForm({ path, values }) {
  const [, action] = path.match(/\/rows\/(\w+)\/$/) ?? [];
  const row = document.getElementById(`row-${values.task}`);
  if (action === "add") return row ? null : { source: section, target: "#rows", swap: "beforeend" };
  if (action && row) return { source: section, target: row, swap: action === "remove" ? "delete" : "outerHTML" };
  return { source: section, target: section, swap: "none" };
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt, xhr, requestConfig } = detail;
  if (elt !== section || xhr.status !== 422) return;
  if (requestConfig.path.includes("/entry/")) {
    Object.assign(detail, { target: panel, swapOverride: "innerHTML" });
  } else if (requestConfig.path.endsWith("/quick/add/")) {
    quick.querySelector("#line").value = requestConfig.parameters.line;
    Object.assign(detail, { target: quick.querySelector("#quick-read"), swapOverride: "innerHTML" });
    if (!quick.open) quick.showModal();
  }
});

// Quick add answers with a redirect to its week. Nobody waits for that any more, so we only update the cell.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { elt, xhr, requestConfig } = event.detail;
  const isQuick = requestConfig.path.endsWith("/quick/add/");
  if (elt !== section || !isQuick || !xhr.getResponseHeader("HX-Redirect")) return;
  event.preventDefault();
  const address = requestConfig.path.replace(/quick\/add\/$/, "unsynced/");
  const values = { edit: requestConfig.parameters.edit };
  htmx.ajax("GET", address, { source: section, target: section, swap: "none", values });
});

// The next line is another entry, with an id of its own.
quick?.addEventListener("close", () => {
  const form = quick.querySelector("form[inert]");
  if (!form) return;
  form.inert = false;
  form.reset();
  form.querySelector("#quick-read").replaceChildren();
});
