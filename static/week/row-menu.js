// Moves by arrow keys between the buttons of a row, left of its first cell, and back to the cells.
import { tableBody } from "./grid-cells.js";

const buttonsOf = (row) => [...row.querySelectorAll(".row-menu :is(button, a)")];

function nextElement(button, key) {
  const row = button.closest("tr");
  const buttons = buttonsOf(row);
  const index = buttons.indexOf(button);
  const otherRow = { ArrowUp: row.previousElementSibling, ArrowDown: row.nextElementSibling }[key];
  if (otherRow) {
    const others = buttonsOf(otherRow);
    return others[Math.min(index, others.length - 1)];
  }
  if (key === "ArrowLeft") return buttons[index - 1];
  if (key === "ArrowRight") return buttons[index + 1] ?? row.querySelector(".hours");
  return key === "Escape" ? row.querySelector(".hours") : null;
}

tableBody.addEventListener("keydown", (event) => {
  const button = event.target.closest(".row-menu :is(button, a)");
  const next = button && nextElement(button, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
});
