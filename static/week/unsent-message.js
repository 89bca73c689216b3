// Says below the grid that cells are unsent: once, however often they are retried.
import { messageFor } from "../shared/no-answer.js";

export function announceUnsent(hasAnswered, isStored) {
  const kind = hasAnswered ? ["kept-open", "kept"] : ["open", "stored"];
  const region = document.getElementById("failed");
  const message = document.createElement("p");
  message.dataset.state = "unsent";
  message.textContent = messageFor(kind[Number(isStored)]);
  if (region.textContent !== message.textContent) region.replaceChildren(message);
}
