// What stands in a cell as on its way is followed until it is settled. The status that comes with
// cells is a moment younger than they are, and says nothing of the others: where it has nothing to
// wait for any more, it looks once after those that stand here.
const underWay = '#rows .cell:is([data-state="queued"], [data-state="in_doubt"])';

function look() {
  const idle = document.querySelector('#status[hx-trigger="look"]');
  if (idle && document.querySelector(underWay)) htmx.trigger(idle, "look");
}

const rows = document.getElementById("rows");
new MutationObserver(look).observe(rows, { childList: true, subtree: true });
addEventListener("load", look);
