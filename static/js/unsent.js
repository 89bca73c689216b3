// Keeps in this browser what is not answered for yet, for the person whose page this is: through a
// crash, a reload, a server that is away. The server takes each edit id once, so sending again is
// safe. Storage may be full or forbidden; then the page alone has to do.
const key = `unsent:${document.body.dataset.person}`;
const here = document.querySelector(".sheet").dataset.cells;

function all() {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function change(how) {
  const values = all();
  how(values);
  try {
    if (Object.keys(values).length) localStorage.setItem(key, JSON.stringify(values));
    else localStorage.removeItem(key);
  } catch {
    // The value is still in its cell.
  }
}

export const keep = (value) => change((values) => (values[value.edit] = { ...value, path: here }));
export const forget = (edit) => change((values) => delete values[edit]);
// Unless another tab has changed it since.
export const forgetSent = ({ edit, next }) => all()[edit]?.next === next && forget(edit);
export const keptHere = () => Object.values(all()).filter(({ path }) => path === here);

// What has no cell on this page: of other weeks, or of a task that is not in this one any more.
export function showOthers() {
  const notice = document.getElementById("unsent");
  const others = Object.values(all()).filter(
    ({ path, task, day }) => path !== here || !document.getElementById(`cell-${task}-${day}`),
  );
  notice.hidden = !others.length;
  notice.querySelector("[data-values]").replaceChildren(...others.map(line));
}

function line(value) {
  const item = document.getElementById("unsent-line").content.cloneNode(true);
  const text = value.next ?? value.text;
  const link = item.querySelector("a");
  // A task that is not in its week any more has no way to go.
  if (value.path !== here) link.href = value.path.replace(/cells\/$/, `?day=${value.day}`);
  link.textContent = value.name;
  const day = new Date(`${value.day}T12:00`);
  const when = said(day, { dateStyle: "full" });
  item.querySelector("[data-value]").textContent = `${when}: “${text || "−"}”`;
  const typed = item.querySelector("[data-when]");
  typed.textContent = said(value.when, { dateStyle: "medium", timeStyle: "short" });
  const copy = item.querySelector("[data-copy]");
  // Without HTTPS browsers do not offer it.
  copy.hidden = !navigator.clipboard;
  copy.addEventListener("click", () => navigator.clipboard.writeText(text));
  item.querySelector("[data-forget]").addEventListener("click", () => {
    forget(value.edit);
    showOthers();
  });
  return item;
}

const said = (moment, style) =>
  new Intl.DateTimeFormat(document.documentElement.lang, style).format(moment);
