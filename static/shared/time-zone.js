// Stores the browser's time zone in a cookie, so that the server's "today" is the person's own day.
const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const secure = location.protocol === "https:" ? "; secure" : "";
if (timeZone) {
  document.cookie = `zone=${timeZone}; path=/; max-age=31536000; samesite=lax${secure}`;
}
