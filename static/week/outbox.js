// Keeps every write of the page, except those of cells (save-queue.js), until the server has answered
// it: a paste, the panel, quick add, undo, rows, and decisions about unsynced changes. A write is stored
// in this browser before it is sent, and sent again, in order, as long as it gets no answer.
import { browserStore } from "../shared/browser-store.js";
import { clearProblems, isOurs, isTooLarge, say } from "../shared/no-answer.js";
import { formOf, idOf, isKept, labelOf, valuesOf, versionsOf } from "./write-form.js";
import { placeWithoutForm } from "./write-answer.js";

export const writes = browserStore("writes");
// The writes of this page, by id. A write is `sending` until its request ends; its `form` sent it.
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

// Stores it again if somebody has cleared the storage.
function storeAgain(write) {
  if (unanswered.get(write.id) === write) write.isStored = write.id in writes.all() || store(write);
}

// Before htmx queues the request behind others. A request with `etc.values` comes from our own scripts.
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
  // Before htmx swaps the answer in, which it doesn't do if the form is gone.
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

// The write was too large to reach the server, so its form can be corrected; unless it was sent before
// and may have arrived then.
const isRejectedBefore = ({ form, isUnseen, unsent }, xhr) =>
  !isOurs(xhr) && isTooLarge(xhr) && Boolean(form) && !isUnseen && !unsent;

function letCorrect(write) {
  discard(write);
  resend();
}

// Whether its dialog was closed during the request.
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
  // Unless a later decision about the same change has taken its place.
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
    // It goes behind the others, which may get an answer.
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

// The server takes the same id for the same write, whatever its values are, so the form is disabled.
function hold(form) {
  form.inert = true;
  const dialog = form.closest("dialog[open]");
  if (dialog && !dialog.querySelector(":focus:not([inert] *)")) {
    dialog.querySelector(".close button")?.focus();
  }
}

// Whether the person has to be asked if they still want it, because they can no longer see it.
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
