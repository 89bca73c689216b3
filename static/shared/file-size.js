// Refuses a file that is too large before it is sent: the server stops reading a request that is.
document.addEventListener("change", ({ target }) => {
  const { largest, tooLarge } = target.dataset ?? {};
  if (!largest) return;
  const isTooLarge = [...target.files].some((file) => file.size > Number(largest));
  target.setCustomValidity(isTooLarge ? tooLarge : "");
  target.reportValidity();
});
