// Stores changes that the server has not answered for in this browser, for the person whose page this
// is: they survive a crash, a reload and a server that is away. The server takes each edit id once, so
// sending again is safe. The storage may be full or forbidden; then only the page keeps the changes.
const STORAGE_KEY = `unsent:${document.body.dataset.person}`;
const path = document.querySelector(".sheet").dataset.cells;

// By edit id.
function readAll() {
  try {
    return JSON.parse(localStorage.getItem(STORAGE_KEY)) ?? {};
  } catch {
    return {};
  }
}

function update(change) {
  const changes = readAll();
  change(changes);
  try {
    if (Object.keys(changes).length) localStorage.setItem(STORAGE_KEY, JSON.stringify(changes));
    else localStorage.removeItem(STORAGE_KEY);
  } catch {
    // The text is still in its cell.
  }
}

export const store = (change) =>
  update((changes) => {
    changes[change.edit] = { ...change, path };
  });

export const remove = (edit) =>
  update((changes) => {
    delete changes[edit];
  });

// Removes a change that the server has taken, unless another tab has changed it since.
export function removeSent({ edit, next }) {
  if (readAll()[edit]?.next === next) remove(edit);
}

export const changesOfThisWeek = () =>
  Object.values(readAll()).filter((change) => change.path === path);

// Lists the changes that have no cell on this page: of other weeks, or of a task that is not in this
// week any more.
export function listOtherChanges() {
  const section = document.getElementById("unsent");
  const others = Object.values(readAll()).filter(
    (change) =>
      change.path !== path || !document.getElementById(`cell-${change.task}-${change.day}`),
  );
  section.hidden = !others.length;
  section.querySelector("[data-values]").replaceChildren(...others.map(listItem));
}

function listItem(change) {
  const item = document.getElementById("unsent-line").content.cloneNode(true);
  const text = change.next ?? change.text;
  const link = item.querySelector("a");
  // Without a link where the task is not in this week any more: there is nothing to go to.
  if (change.path !== path) link.href = change.path.replace(/cells\/$/, `?day=${change.day}`);
  link.textContent = change.name;
  const day = format(new Date(`${change.day}T12:00`), { dateStyle: "full" });
  item.querySelector("[data-value]").textContent = `${day}: “${text || "−"}”`;
  const time = item.querySelector("[data-when]");
  time.textContent = format(change.when, { dateStyle: "medium", timeStyle: "short" });
  const copyButton = item.querySelector("[data-copy]");
  // Browsers offer the clipboard only on pages that came over HTTPS.
  copyButton.hidden = !navigator.clipboard;
  copyButton.addEventListener("click", () => navigator.clipboard.writeText(text));
  item.querySelector("[data-forget]").addEventListener("click", () => {
    remove(change.edit);
    listOtherChanges();
  });
  return item;
}

const format = (moment, style) =>
  new Intl.DateTimeFormat(document.documentElement.lang, style).format(moment);
