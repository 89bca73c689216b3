// Saves a cell when it is left or told to. What is half typed when an answer comes in stays typed.
(() => {
  // By the id of the cell: the text that is to be saved, the edit id it has, whether it is out.
  const commits = new Map();

  const cellOf = (element) => element.closest?.(".cell");
  const hoursOf = (cell) => cell.querySelector(".hours");
  const isHours = (element) => element.matches?.(".cell .hours");
  const typed = (input) => input.value.trim();
  const isDirty = (input) => typed(input) !== input.defaultValue.trim();
  const failed = (cell) => ["refused", "unsent"].includes(cell.dataset.state);

  function commit(input) {
    const cell = cellOf(input);
    const earlier = commits.get(cell.id);
    if (earlier?.out) {
      // What is out comes back first: `carryOver` goes on from there.
      earlier.again = true;
      return;
    }
    const text = typed(input);
    const edit = earlier?.text === text ? earlier.edit : newId();
    commits.set(cell.id, { text, edit, out: false });
    if (cell.dataset.state === "saving") return;
    cell.dataset.state = "saving";
    htmx.trigger(input.form, "save");
  }

  function commitIfNew(input) {
    if (isDirty(input) && typed(input) !== commits.get(cellOf(input).id)?.text) commit(input);
  }

  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    // Without HTTPS browsers offer only this.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function carryOver(before, now) {
    const was = hoursOf(before);
    const input = hoursOf(now);
    const answered = commits.get(now.id);
    commits.delete(now.id);
    if (typed(was) === (answered?.text ?? was.defaultValue.trim())) return;
    input.value = was.value;
    if (document.activeElement === input && !answered?.again) {
      input.dataset.editing = "caret";
      input.setSelectionRange(was.selectionStart, was.selectionEnd);
    } else {
      commit(input);
    }
  }

  function restore(input) {
    const retreats = failed(cellOf(input));
    input.value = retreats ? input.dataset.shown : input.defaultValue;
    if (retreats) commit(input);
    input.select();
  }

  document.addEventListener("cell:commit", ({ target }) => {
    if (isDirty(target) || failed(cellOf(target))) commit(target);
  });

  document.addEventListener("cell:restore", ({ target }) => restore(target));

  // The button of a telephone's keyboard submits without a key.
  document.addEventListener("submit", (event) => {
    const input = event.target.elements?.text;
    if (!input || !isHours(input)) return;
    event.preventDefault();
    commit(input);
  });

  document.addEventListener("focusout", (event) => {
    const input = event.target;
    // A field that an answer takes off the page loses the focus too; `carryOver` sees to it.
    if (isHours(input)) queueMicrotask(() => input.isConnected && commitIfNew(input));
  });

  addEventListener("online", () => {
    document.querySelectorAll('.cell[data-state="unsent"]').forEach((cell) => commit(hoursOf(cell)));
  });

  document.addEventListener("htmx:configRequest", ({ target, detail }) => {
    const saved = detail.path.endsWith("/cell/") && commits.get(cellOf(target)?.id);
    if (!saved) return;
    saved.out = true;
    detail.parameters.text = saved.text;
    detail.parameters.edit = saved.edit;
  });

  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    const cell = cellOf(target);
    const kept = cell && commits.get(cell.id);
    const { status } = detail.xhr;
    if (!kept?.out || status === 422 || (status >= 200 && status < 300)) return;
    kept.out = false;
    cell.dataset.state = "unsent";
    const said = document.getElementById("said");
    said.dataset.state = "unsent";
    said.textContent = cell.closest("[data-unsent]").dataset.unsent;
  });

  new MutationObserver((changes) => {
    const cells = (kind) =>
      changes.flatMap((change) => [...change[kind]].filter((node) => node.matches?.(".cell")));
    const gone = new Map(cells("removedNodes").map((cell) => [cell.id, cell]));
    for (const cell of cells("addedNodes")) {
      if (gone.has(cell.id)) carryOver(gone.get(cell.id), cell);
    }
  }).observe(document.getElementById("rows"), { childList: true, subtree: true });

  addEventListener("beforeunload", (event) => {
    const waiting = document.querySelector('.cell:is([data-state="saving"], [data-state="unsent"])');
    if (waiting || [...document.querySelectorAll(".cell .hours")].some(isDirty)) {
      event.preventDefault();
    }
  });
})();
