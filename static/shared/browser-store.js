// Values by key in this browser's local storage, for the person whose page this is: they survive a
// crash, a reload and signing out. The storage may be full or forbidden, so `put` says whether it
// stored the value. Every change fires an event.

export function browserStore(name, eventName = "unsent:changed") {
  const storageKey = `${name}:${document.body.dataset.person}`;

  function all() {
    try {
      return JSON.parse(localStorage.getItem(storageKey)) ?? {};
    } catch {
      return {};
    }
  }

  function update(change) {
    const values = all();
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
    // What it replaces must not come back in its place.
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
        for (const [key, value] of Object.entries(values)) if (isGone(value)) delete values[key];
      }),
  };
}
