// A button that copies what a field holds. Without script it stays hidden: the field can be selected.
(() => {
  const copy = async (field) => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      // There is no clipboard where the page did not come over HTTPS.
      return document.execCommand("copy");
    }
  };

  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    const said = button.parentElement.querySelector("[role=status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const { done, failed } = button.dataset;
      said.textContent = (await copy(field)) ? done : failed;
      button.focus();
    });
  }
})();
