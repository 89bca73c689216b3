// Counts in the header, on every page, what this browser has not sent. While there is any, or something
// is being sent, the status beside it doesn't say that all is saved, because the server can't know.
import { browserStore } from "../shared/browser-store.js";
import { OURS } from "../shared/no-answer.js";

const stores = [browserStore("unsent"), browserStore("writes")];
const LONGEST_CHECK = 5000;
// How many ids one address has at most: proxies refuse long addresses.
const MOST_ASKED = 50;
const pill = document.getElementById("unsent-count");

// A week's page says which changes it is sending at this moment, and which it could not store.
let live = () => [];
export function countLive(changes) {
  live = changes;
}

function show() {
  const known = new Map();
  for (const store of stores) {
    for (const [key, { edit }] of Object.entries(store.all())) known.set(edit ?? key, true);
  }
  const isKnown = known.size > 0;
  const isSending = live().length > 0;
  for (const { key, unsent } of live()) {
    if (unsent) known.set(key, true);
    else known.delete(key);
  }
  const words = known.size === 1 ? pill.dataset.one : pill.dataset.many.replace("{n}", known.size);
  if (pill.textContent !== words) pill.textContent = words;
  pill.hidden = known.size === 0;
  document.body.toggleAttribute("data-unsent", isKnown || isSending);
}

// The ids by which the server may know a stored write; none if it was changed after it was sent.
const idsOf = ({ id, edit, next, values }) => {
  if (next !== undefined) return [];
  return edit ? [edit] : [id, ...(values?.edit ?? [])];
};

// Throws unless the server answers.
async function askAbout(ids) {
  const address = `${pill.dataset.takenAt}?${new URLSearchParams(ids.map((id) => ["id", id]))}`;
  const headers = { "X-Person": document.body.dataset.person };
  const response = await fetch(address, { headers, signal: AbortSignal.timeout(LONGEST_CHECK) });
  if (!response.ok || !response.headers.has(OURS)) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

// Ids of writes whose refusal was in an answer that got lost, so that nobody has read it.
const refused = new Set();
export const isRefused = (write) => idsOf(write).some((id) => refused.has(id));

// Removes what the server has taken although its answer got lost, so that it isn't called unsaved.
// Returns whether the server has answered about everything that is stored.
async function forgetTaken() {
  const ids = stores.flatMap((store) => Object.values(store.all()).flatMap(idsOf));
  const batches = [];
  for (let start = 0; start < ids.length; start += MOST_ASKED) batches.push(ids.slice(start, start + MOST_ASKED));
  const answers = await Promise.allSettled(batches.map(askAbout));
  const known = (kind) => answers.flatMap(({ value }) => value?.[kind] ?? []);
  const taken = new Set(known("taken"));
  for (const id of known("refused")) refused.add(id);
  const isTaken = (write) => idsOf(write).some((id) => taken.has(id)) && !isRefused(write);
  if (taken.size) for (const store of stores) store.remove(isTaken);
  return answers.every(({ status }) => status === "fulfilled");
}

// Resolves once the server was asked what it has taken of what earlier pages stored; false if we
// don't know that of everything.
export const checked = pill ? forgetTaken() : Promise.resolve(true);

if (pill) {
  let timer = null;
  document.addEventListener("unsent:changed", () => queueMicrotask(show));
  document.addEventListener("cells:saved", () => queueMicrotask(show));
  // What another tab is sending usually gets its answer in the meantime.
  addEventListener("storage", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 2000);
  });
  show();
}
