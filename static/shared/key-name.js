// Which key of a shortcut was pressed. Where the layout has other letters than Latin (Russian, Greek,
// Arabic, Hebrew), the position of the key on the keyboard decides which letter it is; where it has Latin
// letters, as QWERTZ and AZERTY have, the letter itself counts.

const LATIN = /^[\p{Script=Latin}\p{ASCII}]$/u;

// Letters in lower case; other keys by `event.key`.
export function keyName({ key, code, shiftKey }) {
  if (key.length > 1) return key;
  if (LATIN.test(key)) return key.toLowerCase();
  if (code === "Slash" && shiftKey) return "?";
  return /^Key([A-Z])$/.exec(code)?.[1].toLowerCase() ?? key;
}

// Whether the key goes to an input method. Safari says so of the Enter that ends a composition by its
// old code alone: https://bugs.webkit.org/show_bug.cgi?id=165004
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

// The field that somebody types into; nothing of a dialog that has closed, which may keep the focus
// for a moment.
export function typedField(target) {
  const field = target.closest("input:not([type=checkbox]), textarea, select");
  return field?.closest("dialog:not([open])") ? null : field;
}
