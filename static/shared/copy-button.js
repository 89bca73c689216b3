// Makes buttons with `data-copy` copy the value of the field with that id. Without scripts the button
// stays hidden, and the field can be selected and copied by hand.

async function copy(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // Browsers offer the clipboard only on pages that came over HTTPS.
    return document.execCommand("copy");
  }
}

function prepare() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    const status = button.parentElement.querySelector("[role=status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const { done, failed } = button.dataset;
      status.textContent = (await copy(field)) ? done : failed;
      button.focus();
    });
  }
}

document.addEventListener("page:replaced", prepare);
prepare();
