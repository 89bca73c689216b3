// Keeps what somebody typed into a form with `data-drafts` until the server has taken it: a note or a
// comment survives Escape, a reload and a killed tab. Only fields that were changed are stored.
import { browserStore } from "./browser-store.js";
import { isOurs } from "./no-answer.js";

const FORMS = "form[data-drafts]";
const drafts = document.body.dataset.person ? browserStore("form-drafts", "drafts:changed") : null;

const keyOf = (form) => form.getAttribute("action");
const textsOf = (form) => [...form.querySelectorAll("textarea, input[type=text]")];
const drop = (form) => drafts?.remove(({ key }) => key === keyOf(form));

function keep(form) {
  const changed = textsOf(form).filter((field) => field.value !== field.defaultValue);
  const values = Object.fromEntries(changed.map(({ name, value }) => [name, value]));
  if (changed.length) drafts?.put(keyOf(form), { key: keyOf(form), values });
  else drop(form);
}

// A rejected form still has its text.
function restore(form) {
  const draft = drafts?.all()[keyOf(form)];
  if (!draft || form.querySelector("[aria-invalid]")) return;
  for (const field of textsOf(form)) {
    if (field.name in draft.values) field.value = draft.values[field.name];
  }
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest?.(FORMS);
  if (form) keep(form);
});

document.addEventListener("htmx:load", ({ detail }) => {
  detail.elt.querySelectorAll(FORMS).forEach(restore);
});

// A search within the form doesn't save it. We use `elt` of the request, because that of the event is
// another one once the answer has replaced the form.
document.addEventListener("htmx:afterRequest", ({ detail: { xhr, requestConfig } }) => {
  const { elt, verb } = requestConfig;
  const form = verb === "post" && !elt.matches("[data-keeps-draft]") && elt.closest(FORMS);
  if (form && isOurs(xhr) && xhr.status < 400) drop(form);
});

// A form that loads another page was saved if it is no longer here: a week that is submitted can't be
// submitted again.
drafts?.remove(
  ({ key }) => key.startsWith(location.pathname) && !document.querySelector(`form[action="${CSS.escape(key)}"]`),
);
