// Sends the forms that htmx does not send, and stays on the page until the server has answered: nothing
// that was typed is gone while it is away, or when a proxy or a hotel's network answers instead.
// Our redirects come in a header (FormMiddleware), so that the page they lead to is loaded once.
import { csrfToken } from "./csrf.js";
import { OURS, clearProblems, kindOf, messageFor, say, showProblem } from "./no-answer.js";

const LONGEST = 60000;
const sending = new Set();
// A link that was clicked while a form was being sent.
let nextLink = null;

const attribute = (form, submitter, name) =>
  submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "";

const isPlain = (form, submitter) =>
  attribute(form, submitter, "method").toLowerCase() === "post" && !attribute(form, submitter, "target");

// Code that warns before the page is left also warns before a form leaves it.
const mayLeave = () =>
  dispatchEvent(new Event("beforeunload", { cancelable: true })) ||
  confirm(messageFor("leave"));

function bodyOf(form, submitter) {
  const values = new FormData(form);
  if (submitter?.name) values.append(submitter.name, submitter.value);
  const token = csrfToken();
  if (token) values.set("csrfmiddlewaretoken", token);
  return attribute(form, submitter, "enctype") === "multipart/form-data" ? values : new URLSearchParams(values);
}

function headers() {
  const page = { "X-Page": location.pathname + location.search };
  const { person } = document.body.dataset;
  return person ? { ...page, "X-Person": person } : page;
}

async function send(form, submitter) {
  const address = attribute(form, submitter, "action") || location.href;
  const options = { method: "POST", headers: headers(), body: bodyOf(form, submitter) };
  let response, text;
  try {
    response = await fetch(address, { ...options, signal: AbortSignal.timeout(LONGEST) });
    text = await response.text();
  } catch {
    return say("entered");
  }
  // Our server never redirects a form: wherever this led, the form was not saved there.
  if (response.redirected || !response.headers.has(OURS)) return say(kindOf(response));
  const next = response.headers.get("X-Location");
  if (next) follow(new URL(nextLink ?? next, location.href));
  else show(new DOMParser().parseFromString(text, "text/html"));
  return Boolean(next);
}

// A page that is being left ignores keys and clicks, and doesn't ask whether to leave.
function follow(address) {
  document.body.inert = true;
  const isHere = address.pathname + address.search === location.pathname + location.search;
  if (isHere && address.hash) {
    history.replaceState(null, "", address);
    location.reload();
  } else location.assign(address);
}

// Shows a problem beside the text; any other page replaces this one.
function show(page) {
  const problem = page.getElementById("problem");
  if (problem) return showProblem(problem);
  clearProblems();
  addStyles(page);
  const main = document.adoptNode(page.getElementById("main"));
  document.getElementById("main").replaceWith(main);
  document.title = page.title;
  htmx.process(main);
  scrollTo(0, 0);
  const place = main.querySelector("[aria-invalid=true], [autofocus]") ?? main.querySelector("h1");
  if (place?.matches("h1")) place.tabIndex = -1;
  place?.focus();
  document.dispatchEvent(new Event("page:replaced"));
}

// Scripts are not loaded again: each page has one file of them, whose listeners would run twice.
function addStyles(page) {
  for (const sheet of page.head.querySelectorAll("link[rel=stylesheet]")) {
    const address = CSS.escape(sheet.getAttribute("href"));
    if (!document.head.querySelector(`link[href="${address}"]`)) document.head.append(document.adoptNode(sheet));
  }
}

document.addEventListener("submit", async (event) => {
  const { target: form, submitter, defaultPrevented } = event;
  if (defaultPrevented || !isPlain(form, submitter)) return;
  event.preventDefault();
  if (sending.has(form) || !mayLeave()) return;
  sending.add(form);
  form.ariaBusy = "true";
  if (await send(form, submitter)) return;
  sending.delete(form);
  nextLink = null;
  form.ariaBusy = null;
});

// A link to another page waits for the answer, so that a refusal stays in sight. A second click leaves.
// On the window, so that it runs after other listeners.
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const { defaultPrevented, button, ctrlKey, metaKey, shiftKey } = event;
  if (!link || !sending.size || defaultPrevented || button || ctrlKey || metaKey || shiftKey) return;
  const isPage = link.origin === location.origin && link.pathname.endsWith("/") && !link.hash;
  if (!isPage || link.target || nextLink === link.href) return;
  event.preventDefault();
  nextLink = link.href;
});
