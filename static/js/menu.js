// The buttons of a row, left of its first cell: reached and left by the arrows.
import { rows } from "./lines.js";

const buttonsOf = (row) => [...row.querySelectorAll(".row-menu button")];

function to(button, key) {
  const row = button.closest("tr");
  const all = buttonsOf(row);
  const place = all.indexOf(button);
  const above = { ArrowUp: row.previousElementSibling, ArrowDown: row.nextElementSibling }[key];
  if (above) return buttonsOf(above)[Math.min(place, buttonsOf(above).length - 1)];
  if (key === "ArrowLeft") return all[place - 1];
  if (key === "ArrowRight") return all[place + 1] ?? row.querySelector(".hours");
  return key === "Escape" ? row.querySelector(".hours") : null;
}

rows.addEventListener("keydown", (event) => {
  const button = event.target.closest(".row-menu button");
  const next = button && to(button, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
});
