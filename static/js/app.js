// What every page needs beyond HTML. Loaded in the head before the page is drawn: it must stay small.
"use strict";

document.documentElement.classList.add("js");

// Plotly writes its rules into the page unless it finds these two ids; the server's policy would
// refuse them one by one, each with an error. The rules we need stand in app.css.
for (const id of ["plotly.js-style-global", "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53"]) {
  const mark = document.createElement("meta");
  mark.id = id;
  mark.className = "no-inline-styles";
  document.head.append(mark);
}

// Menus close when one looks elsewhere.
function closePickers(except) {
  for (const picker of document.querySelectorAll("details.picker[open]")) {
    if (!picker.contains(except)) picker.open = false;
  }
}
document.addEventListener("click", (event) => closePickers(event.target));
document.addEventListener("focusin", (event) => closePickers(event.target));
document.addEventListener("keydown", (event) => {
  const picker = event.key === "Escape" && document.querySelector("details.picker[open]");
  if (!picker) return;
  picker.open = false;
  picker.querySelector("summary").focus();
});

// "Copy link": without this script it is a plain link to the same address.
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Offices that serve the site without HTTPS have no clipboard object.
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-copy]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  try {
    await copy(link.href);
  } catch {
    location.assign(link.href);
    return;
  }
  const before = link.textContent;
  if (before === link.dataset.copy) return;
  link.textContent = link.dataset.copy;
  setTimeout(() => { link.textContent = before; }, 2000);
});

// A request that failed says so, and an answer clears it.
function notice(kind) {
  const box = document.getElementById("notice");
  if (!box) return;
  box.querySelector("span").textContent = kind ? box.dataset[kind] : "";
  box.hidden = !kind;
}
document.addEventListener("htmx:sendError", () => notice("line"));
document.addEventListener("htmx:timeout", () => notice("line"));
document.addEventListener("htmx:responseError", () => notice("server"));
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.successful) notice("");
});
document.addEventListener("click", (event) => {
  if (event.target.closest("#notice button")) notice("");
});

// After an expired session a fragment would be answered with the log-in page: go there instead.
document.addEventListener("htmx:beforeSwap", (event) => {
  const came = event.detail.xhr.responseURL;
  if (came && new URL(came).pathname === document.getElementById("notice")?.dataset.login) {
    event.detail.shouldSwap = false;
    location.assign(came);
  }
});
