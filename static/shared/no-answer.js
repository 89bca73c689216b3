// Tells people when our server didn't answer a request: it is down, the request timed out, or a proxy or
// a hotel's network answered instead. Such an answer is never swapped in, so it closes no dialog and
// clears no field. While a dialog is open, problems are shown in it. Elements that ask in the
// background have `data-background` and show nothing.
export const OURS = "X-Timesheet";
// How many requests were sent, and how many had been sent when the last message was shown.
let sentCount = 0;
let sentWhenSaid = 0;

// Where each write was sent.
const addresses = new WeakMap();

function addressOf({ pathInfo }) {
  const address = new URL(pathInfo.finalRequestPath, location.href);
  address.hash = "";
  return address.href;
}

// Something in between redirected a write, so it reached our server as a GET or not at all, and the
// answer may be any page of ours.
const isLedAway = (xhr) =>
  addresses.has(xhr) && (xhr.responseURL !== addresses.get(xhr) || xhr.status === 405);

export const isOurs = (xhr) => xhr.getResponseHeader(OURS) !== null && !isLedAway(xhr);

// Something between the browser and the server refused the request before it got there.
const TOO_LARGE = [413, 414, 431];
export const isTooLarge = ({ status }) => TOO_LARGE.includes(status);

const isBackground = (element) => element.matches("[data-background]");

// Where problems are shown: in the open dialog, or else above the page.
function problemRegion() {
  const dialog = document.querySelector("dialog[open]");
  if (!dialog) return document.getElementById("problems");
  const existing = dialog.querySelector("[data-problems]");
  if (existing) return existing;
  const region = document.createElement("div");
  region.dataset.problems = "";
  region.setAttribute("role", "alert");
  const header = dialog.querySelector("header");
  if (header) header.after(region);
  else dialog.prepend(region);
  return region;
}

const template = () => document.getElementById("no-answer");

// The text of one of the messages in `shared/_no_answer.html`.
export const messageFor = (kind) => template().getAttribute(`data-${kind}`);

// Replaces an earlier message of this kind; an answer of our server stays above it.
export function say(kind) {
  const region = problemRegion();
  for (const old of region.querySelectorAll("[data-unanswered]")) old.remove();
  const message = template().content.firstElementChild.cloneNode();
  const sentence = document.createElement("p");
  sentence.textContent = messageFor(kind);
  message.append(sentence);
  region.append(message);
  sentWhenSaid = sentCount;
  region.scrollIntoView({ block: "nearest" });
}

// Called once the failed request has succeeded.
export function clearProblems() {
  for (const region of document.querySelectorAll("#problems, [data-problems]")) {
    region.replaceChildren();
  }
}

// Shows a problem that the server answered with, in the open dialog or above the page.
export function showProblem(problem) {
  const region = problemRegion();
  region.replaceChildren(document.adoptNode(problem));
  region.scrollIntoView({ block: "nearest" });
}

function forget() {
  for (const old of document.querySelectorAll("[data-unanswered]")) old.remove();
}

// The kind of message for a write that nobody has stored.
export const kindOf = (answer) => (isTooLarge(answer) ? "too-large" : "entered");

// A listener that stores the values sets `kind`, or prevents the message and shows its own elsewhere.
function announce(detail) {
  const event = new CustomEvent("request:unanswered", {
    cancelable: true,
    detail: { ...detail, kind: detail.requestConfig.verb === "get" ? "again" : kindOf(detail.xhr) },
  });
  if (document.dispatchEvent(event) && !isBackground(detail.elt)) say(event.detail.kind);
}

document.addEventListener("htmx:beforeSend", ({ detail }) => {
  const { elt, xhr, requestConfig } = detail;
  const number = (sentCount += 1);
  if (requestConfig.verb !== "get") addresses.set(xhr, addressOf(detail));
  let isAborted = false;
  xhr.addEventListener("abort", () => {
    isAborted = true;
  });
  // Not htmx's own events: they are lost once their element is removed from the page.
  xhr.addEventListener("loadend", () => {
    if (isAborted) return;
    if (!isOurs(xhr)) announce(detail);
    // Only a request sent after the message clears it: an earlier one would remove it unread.
    else if (xhr.status < 400 && number > sentWhenSaid && !isBackground(elt)) forget();
  });
});

document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!isOurs(event.detail.xhr)) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.isError && detail.target.id === "problems") detail.target = problemRegion();
});
