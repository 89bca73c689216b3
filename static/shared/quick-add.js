// Ctrl+K opens the dialog of quick add on every page, and on a week also `n`; in a cell `n` is the key
// of its note (cell-note.js). What its line leads to comes with the first opening (palette.js).
import { isComposing, keyName, typedField } from "./key-name.js";

const dialog = document.getElementById("quick");
const line = dialog?.querySelector("#line");
let isLoaded = false;
let isLoading = false;
// Whether Enter was pressed while palette.js was loading, whose key it is.
let isEntered = false;

// Without a request, so that what is typed next goes into the dialog.
function open() {
  dialog.showModal();
  line.select();
  if (!isLoaded && !isLoading) load();
}

async function load() {
  isLoading = true;
  // Without it Enter sends the line as it is; the next opening tries again.
  isLoaded = await import("../pages/quick.js").then(() => true, () => false);
  isLoading = false;
  if (isEntered && isLoaded) line.dispatchEvent(new Event("quick:enter"));
  else if (isEntered) line.form.requestSubmit();
  isEntered = false;
}

line?.addEventListener("keydown", (event) => {
  if (!isLoading || event.key !== "Enter" || isComposing(event)) return;
  event.preventDefault();
  isEntered = true;
});

line?.addEventListener("input", () => {
  isEntered = false;
});

dialog?.addEventListener("close", () => {
  isEntered = false;
});

document.addEventListener("click", (event) => {
  if (!dialog || !event.target.closest?.("[data-quick]") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  document.querySelector("[popover]:popover-open")?.hidePopover();
  open();
});

document.addEventListener("keydown", (event) => {
  if (!dialog || event.altKey || isComposing(event) || document.querySelector("dialog[open]")) return;
  const isControlHeld = event.ctrlKey || event.metaKey;
  const isOnWeek = document.getElementById("rows") && !typedField(event.target);
  const key = keyName(event);
  if (!(isControlHeld ? key === "k" : key === "n" && isOnWeek)) return;
  event.preventDefault();
  open();
});
