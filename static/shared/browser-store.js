// Values by key in this browser's local storage, for the person whose page this is: they survive a
// crash, a reload and signing out. The storage may be full or forbidden, so `put` says whether it
// stored the value. Every change fires an event.

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// By store, the fields that a value needs to be shown or sent, and their types.
const DRAFT = { key: "string", values: "object" };
const CELL = { path: "string", task: "string", day: "date", text: "string", when: "number" };
const TYPES = {
  unsent: { ...CELL, edit: "string", name: "string" },
  writes: { id: "string", path: "string", values: "object", label: "string", when: "number" },
  "cell-drafts": { ...CELL, cell: "string" },
  "entry-drafts": DRAFT,
  "form-drafts": DRAFT,
};

const IS_OF_TYPE = {
  object: isObject,
  string: (value) => typeof value === "string",
  number: Number.isFinite,
  date: (value) => /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)),
};

export function browserStore(name, eventName = "unsent:changed") {
  const storageKey = `${name}:${document.body.dataset.person}`;
  const types = Object.entries(TYPES[name] ?? {});
  const isWhole = (value) => !TYPES[name] || (isObject(value) && types.every(([key, type]) => IS_OF_TYPE[type](value[key])));

  // Includes values that are damaged or from another version of the page: they are kept, but not used.
  function stored() {
    try {
      const values = JSON.parse(localStorage.getItem(storageKey));
      return isObject(values) ? values : {};
    } catch {
      return {};
    }
  }

  const all = () => Object.fromEntries(Object.entries(stored()).filter(([, value]) => isWhole(value)));

  function update(change) {
    const values = stored();
    change(values);
    try {
      if (Object.keys(values).length) localStorage.setItem(storageKey, JSON.stringify(values));
      else localStorage.removeItem(storageKey);
      return true;
    } catch {
      return false;
    } finally {
      document.dispatchEvent(new CustomEvent(eventName));
    }
  }

  function put(key, value) {
    const isStored = update((values) => {
      values[key] = value;
    });
    // Or the older value would come back in its place.
    if (!isStored && key in all()) {
      update((values) => {
        delete values[key];
      });
    }
    return isStored;
  }

  return {
    all,
    put,
    // All values for which `isGone(value)` holds.
    remove: (isGone) =>
      update((values) => {
        for (const [key, value] of Object.entries(values)) {
          if (isWhole(value) && isGone(value)) delete values[key];
        }
      }),
  };
}
