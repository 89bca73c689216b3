// The rows of a team by keyboard: arrows go up and down, x chooses, / searches. Coming back from a
// person's page, that person's row is where one was.

const links = () => [...document.querySelectorAll("[data-who] [data-open]")];

const here = (target) => links().indexOf(target.closest("[data-who]")?.querySelector("[data-open]"));

const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

const go = (event) => {
  const rows = links();
  const at = here(event.target);
  const next = at < 0 ? 0 : at + STEPS[event.key];
  if (!rows[next]) return;
  event.preventDefault();
  rows[next].focus();
};

const choose = (event) => {
  const row = event.target.closest("[data-who]");
  if (!row) return;
  event.preventDefault();
  row.querySelector("input[type=checkbox]").click();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (typing) {
    if (event.key === "Escape" && typing.matches("[data-find]")) links()[0]?.focus();
    return;
  }
  if (event.key in STEPS) go(event);
  else if (event.key === "x") choose(event);
  else if (event.key === "/") {
    event.preventDefault();
    document.querySelector("[data-find]")?.focus();
  }
});

// After the browser itself went to the address's fragment, which takes the focus away.
addEventListener("load", () => {
  const row = location.hash.startsWith("#person-") && document.querySelector(location.hash);
  if (row) row.querySelector("[data-open]").focus();
});

// A table that was looked at again has the same rows: what was chosen stays chosen, and what is being
// typed stays typed. Where one was htmx knows by the ids.
let kept = null;

const find = () => document.querySelector("[data-find]");

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "team") return;
  const chosen = [...document.querySelectorAll("[name=person]:checked")].map((one) => one.id);
  kept = { chosen, typed: find()?.value ?? "" };
});

document.addEventListener("htmx:afterSwap", () => {
  for (const id of kept?.chosen ?? []) {
    const box = document.getElementById(id);
    if (box) box.checked = true;
  }
  if (kept && find()) find().value = kept.typed;
  kept = null;
});
