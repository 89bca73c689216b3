// Creates the id of an edit. The server accepts each id only once, so sending an edit again is safe.
export function newEditId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Browsers offer `randomUUID` only on pages that came over HTTPS.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
