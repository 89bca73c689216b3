// Says why a locked cell takes no hours, when somebody types into it.
import { isHoursField } from "./grid-cells.js";

const CHANGES = new Set(["Delete", "Backspace", "F2", "Enter", "="]);
const failed = document.getElementById("failed");

document.addEventListener("keydown", ({ key, target, ctrlKey, metaKey, altKey }) => {
  if (!isHoursField(target) || !target.readOnly || ctrlKey || metaKey || altKey) return;
  if (!CHANGES.has(key) && !/^[\p{Number}.,:+-]$/u.test(key)) return;
  const reason = document.getElementById(target.getAttribute("aria-describedby"));
  const line = document.createElement("p");
  line.textContent = reason.textContent.replace(/\s+/g, " ").trim();
  failed.replaceChildren(line);
});

document.addEventListener("focusout", ({ target }) => {
  if (isHoursField(target) && target.readOnly) failed.replaceChildren();
});
