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
export const keptHere = () => Object.values(all()).filter(({ path }) => path === here);

// What has no cell on this page: of other weeks, or of a task that is not in this one any more.
export function showOthers() {
  const notice = document.getElementById("unsent");
  const others = Object.values(all()).filter(
    ({ path, task, day }) => path !== here || !document.getElementById(`cell-${task}-${day}`),
  );
  notice.hidden = !others.length;
  notice.querySelector("ul").replaceChildren(...others.map(line));
}

function line(value) {
  const item = document.getElementById("unsent-line").content.cloneNode(true);
  const link = item.querySelector("a");
  link.href = value.path.replace(/cells\/$/, `?day=${value.day}`);
  link.textContent = value.name;
  const day = new Date(`${value.day}T12:00`);
  const said = day.toLocaleDateString(document.documentElement.lang, { dateStyle: "full" });
  item.querySelector("span").textContent = `${said}: “${value.text || "−"}”`;
  item.querySelector("button").addEventListener("click", () => {
    forget(value.edit);
    showOthers();
  });
  return item;
}
