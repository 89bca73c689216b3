// Says something to a screen reader, in words that the page brought along (week/_spoken.html).
const region = document.getElementById("spoken");

export function announce(name) {
  const message = region.dataset[name];
  // The same words again are news too.
  region.textContent = region.textContent === message ? `${message}\u00a0` : message;
}
