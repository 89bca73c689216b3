// Announces something to screen readers, with texts from week/_spoken.html.
const region = document.getElementById("spoken");

export function announce(name) {
  const message = region.dataset[name];
  // Announces the same text twice, too.
  region.textContent = region.textContent === message ? `${message}\u00a0` : message;
}
