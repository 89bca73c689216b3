// Says so where somebody looks when a request gets no answer of ours: the server is away, the request
// took too long, or a proxy or a hotel's network answered in its place. Such an answer is never
// swapped in, so it closes no dialog and clears no field. A problem that we answer while a dialog is
// open is shown in the dialog. Elements that ask by themselves have `data-background` and say nothing.
export const OURS = "X-Timesheet";
// How many requests were sent, and how many had been when something was said last.
let sentCount = 0;
let sentWhenSaid = 0;

export const isOurs = (xhr) => xhr.getResponseHeader(OURS) !== null;

const isBackground = (element) => element.matches("[data-background]");

// In the open dialog, or else above the page.
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

// One of the messages in `shared/_no_answer.html`.
export const messageFor = (kind) =>
  document.querySelector(`template[data-no-answer="${kind}"]`).content.cloneNode(true);

// Replaces what is said there, unless it is our own answer: then it is said below that.
export function say(kind) {
  const region = problemRegion();
  for (const old of region.querySelectorAll("[data-unanswered]")) old.remove();
  region.append(messageFor(kind));
  sentWhenSaid = sentCount;
  region.scrollIntoView({ block: "nearest" });
}

// Once what had failed is done.
export function clearProblems() {
  for (const region of document.querySelectorAll("#problems, [data-problems]")) {
    region.replaceChildren();
  }
}

// A problem that the server answered with, where somebody looks.
export function showProblem(problem) {
  const region = problemRegion();
  region.replaceChildren(document.adoptNode(problem));
  region.scrollIntoView({ block: "nearest" });
}

function forget() {
  for (const old of document.querySelectorAll("[data-unanswered]")) old.remove();
}

// Listeners that keep what was sent set `kind`, or cancel the event and show the message elsewhere.
function announce(detail) {
  const event = new CustomEvent("request:unanswered", {
    cancelable: true,
    detail: { ...detail, kind: detail.requestConfig.verb === "get" ? "again" : "entered" },
  });
  if (document.dispatchEvent(event) && !isBackground(detail.elt)) say(event.detail.kind);
}

document.addEventListener("htmx:beforeSend", ({ detail }) => {
  const { elt, xhr } = detail;
  const number = (sentCount += 1);
  let isAborted = false;
  xhr.addEventListener("abort", () => {
    isAborted = true;
  });
  // Not htmx's own events, which nobody hears once their element was removed from the page.
  xhr.addEventListener("loadend", () => {
    if (isAborted) return;
    if (!isOurs(xhr)) announce(detail);
    // What somebody did since shows it; what was sent before would take it away unread.
    else if (xhr.status < 400 && number > sentWhenSaid && !isBackground(elt)) forget();
  });
});

document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!isOurs(event.detail.xhr)) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.isError && detail.target.id === "problems") detail.target = problemRegion();
});
