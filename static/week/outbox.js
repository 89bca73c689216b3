// Keeps every write of the page but those of cells (save-queue.js) until the server has answered for
// it: a paste, the panel, quick entry, undo, rows, and what is decided about unsynced changes. A write
// is stored in this browser before it is sent, and sent again, in order, while it gets no answer.
import { browserStore } from "../shared/browser-store.js";
import { clearProblems, isOurs, isTooLarge, say } from "../shared/no-answer.js";
import { formOf, idOf, isKept, labelOf, valuesOf, versionsOf } from "./write-form.js";
import { placeWithoutForm } from "./write-answer.js";

export const writes = browserStore("writes");
// Of this page, by id. A write is `sending` until its request ends; its `form` is what sent it.
export const unanswered = new Map();
const ofRequest = new WeakMap();
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 30000;
const LONGEST_UNASKED = 10 * 60 * 1000;
let pause = FIRST_PAUSE;
let timer = null;

// The person is signed out, or somebody else has signed in: the write waits for its person.
const isWaitingForPerson = ({ status }) => status === 401 || status === 409;
const isAnswered = (xhr) => isOurs(xhr) && xhr.status < 500 && !isWaitingForPerson(xhr);

// Returns whether it is stored.
const store = ({ id, path, values, versions, label, when }) =>
  writes.put(id, { id, path, values, versions, label, when });

// Where somebody has cleared the storage meanwhile.
function storeAgain(write) {
  if (unanswered.get(write.id) === write) write.isStored = write.id in writes.all() || store(write);
}

// Before htmx queues the request behind others. Values that come along are sent by our scripts.
document.addEventListener("htmx:confirm", ({ defaultPrevented, detail }) => {
  const { elt, etc, path, verb } = detail;
  if (defaultPrevented || etc.values || !isKept(verb, path)) return;
  const values = valuesOf(htmx.values(elt, "post"));
  const id = idOf(path, values);
  const versions = versionsOf(values);
  const write = { id, path, values, versions, label: labelOf(elt), when: Date.now() };
  unanswered.set(id, { ...write, isStored: store(write), form: elt, sending: true });
});

document.addEventListener("htmx:beforeSend", ({ detail }) => {
  const { xhr, requestConfig } = detail;
  const { path, verb, formData } = requestConfig;
  if (detail.elt.id === "rows" || !isKept(verb, path)) return;
  const write = unanswered.get(idOf(path, valuesOf(formData)));
  if (!write) return;
  ofRequest.set(xhr, write);
  write.xhr = xhr;
  // Before htmx swaps the answer in, which it doesn't where the form is gone.
  xhr.addEventListener("readystatechange", () => {
    if (xhr.readyState === XMLHttpRequest.DONE) write.isUnseen = isOutOfSight(write.form);
  });
  xhr.addEventListener("loadend", () => {
    if (isRejectedBefore(write, xhr)) letCorrect(write);
    else if (!isAnswered(xhr)) keep(write, xhr);
    else if (xhr.status === 422 && write.isUnseen) send(write, null);
    else finish(write, xhr.status);
  });
});

// It never got to the server, and never will as it is: its form can be corrected. One that was sent
// before may have arrived then.
const isRejectedBefore = ({ form, isUnseen, unsent }, xhr) =>
  !isOurs(xhr) && isTooLarge(xhr) && Boolean(form) && !isUnseen && !unsent;

function letCorrect(write) {
  discard(write);
  resend();
}

// Its dialog was closed during the request.
const isOutOfSight = (form) =>
  Boolean(form) && (!form.isConnected || form.matches("dialog:not([open]) form"));

document.addEventListener("request:unanswered", ({ detail }) => {
  const write = ofRequest.get(detail.xhr);
  if (!write || isRejectedBefore(write, detail.xhr)) return;
  storeAgain(write);
  detail.kind = write.isStored ? "stored" : "open";
});

function finish(write, status) {
  if (write.form) write.form.inert = false;
  // Leaves out later decisions about the same change.
  if (unanswered.get(write.id) === write) discard(write);
  if (pause > FIRST_PAUSE && status < 400) clearProblems();
  pause = FIRST_PAUSE;
  document.dispatchEvent(new CustomEvent("write:answered", { detail: { ...write, status } }));
  resend();
}

function keep(write, xhr) {
  Object.assign(write, { sending: false, xhr: null, unsent: true });
  storeAgain(write);
  if (unanswered.get(write.id) === write) {
    // Behind the others, which may be answered.
    unanswered.delete(write.id);
    unanswered.set(write.id, write);
  }
  if (isOurs(xhr)) say(write.isStored ? "kept" : "kept-open");
  if (write.form?.isConnected) hold(write.form);
  clearTimeout(timer);
  timer = setTimeout(resend, pause);
  pause = Math.min(pause * 2, LONGEST_PAUSE);
  document.dispatchEvent(new CustomEvent("unsent:changed"));
}

// The server would take the same id with other values for the same write, so the form waits too.
function hold(form) {
  form.inert = true;
  const dialog = form.closest("dialog[open]");
  if (dialog && !dialog.querySelector(":focus:not([inert] *)")) {
    dialog.querySelector(".close button")?.focus();
  }
}

// Whether to ask the person if they still want it, because they can no longer see it.
export const isOld = ({ when, form }) =>
  Math.abs(Date.now() - when) > LONGEST_UNASKED && !form?.closest("dialog[open]");

// htmx does not send what waited behind another request once its form is gone.
const isDropped = ({ sending, xhr, form }) => sending && !xhr && form && !form.isConnected;

export function resend() {
  clearTimeout(timer);
  const waiting = [...unanswered.values()];
  const write = waiting.find((candidate) => !isOld(candidate));
  if (waiting.some((other) => other.sending && !isDropped(other))) return;
  if (!write) {
    if (waiting.length) document.dispatchEvent(new CustomEvent("unsent:changed"));
    return;
  }
  send(write, formOf(write));
}

function send(write, form) {
  const elsewhere = placeWithoutForm(write);
  if (!elsewhere) return finish(write, 200);
  Object.assign(write, { sending: true, xhr: null, form });
  const place = form ? { source: form } : elsewhere;
  // Cells that were changed since are left as they are: see later-cells.js.
  const values = { ...write.values, version: write.versions ?? [] };
  htmx.ajax("POST", write.path, { ...place, values }).catch(() => {});
}

// Sends a write of an earlier page when the person asks for it.
export function sendAgain(write) {
  unanswered.set(write.id, { ...write, versions: [], when: Date.now(), isStored: true, unsent: true });
  resend();
}

export function discard({ id }) {
  const write = unanswered.get(id);
  if (write?.form) write.form.inert = false;
  unanswered.delete(id);
  writes.remove((stored) => stored.id === id);
}

addEventListener("online", resend);
addEventListener("focus", resend);
document.addEventListener("visibilitychange", () => document.hidden || resend());
document.addEventListener("htmx:afterRequest", () => {
  if ([...unanswered.values()].some(isDropped)) queueMicrotask(resend);
});
addEventListener("beforeunload", (event) => {
  const isUnsent = [...unanswered.values()].some(({ xhr }) => !xhr || !isAnswered(xhr));
  if (isUnsent && !document.body.inert) event.preventDefault();
});
