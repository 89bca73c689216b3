// Adding and removing the rows of a week, without losing one's place.
(() => {
  const query = document.getElementById("query");

  // The first cell of a row that can be seen: today's, or on a narrow screen the day that is shown.
  function enter(row) {
    const cells = [...row.querySelectorAll(".hours")];
    const seen = cells.filter((input) => input.offsetParent);
    const input = seen.find((one) => one.closest("[data-today]")) ?? seen[0];
    input?.focus();
  }

  function clearSearch() {
    query.value = "";
    document.getElementById("found").replaceChildren();
  }

  document.addEventListener("htmx:confirm", (event) => {
    const gid = event.target.querySelector?.("[data-add]")?.dataset.add;
    const row = gid && document.getElementById(`row-${gid}`);
    if (!row) return;
    event.preventDefault();
    clearSearch();
    enter(row);
  });

  let pinning = false;

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    pinning = detail.requestConfig.path.endsWith("pin/");
  });

  document.addEventListener("htmx:load", ({ detail }) => {
    if (!detail.elt.matches("[data-row]")) return;
    if (pinning) return detail.elt.querySelector(".row-menu button").focus();
    clearSearch();
    const taken = `.suggested [data-add="${detail.elt.dataset.row}"]`;
    document.querySelector(taken)?.closest("li").remove();
    enter(detail.elt);
  });

  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.requestConfig.path.endsWith("/rows/remove/")) query.focus();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest?.(".add-row")) {
      clearSearch();
      query.focus();
    }
  });
})();
