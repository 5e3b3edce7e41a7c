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

// Where a figure comes from opens beside it; without this script, and in a new tab, it is a page.
window.openOrigin = async (address) => {
  const drawer = document.getElementById("drawer");
  const body = document.getElementById("drawer-body");
  if (!drawer.open) body.replaceChildren(); // an answer that does not come must not show the last one
  await htmx.ajax("GET", address, { target: body, swap: "innerHTML" });
  if (!body.children.length) return;
  if (!drawer.open) drawer.showModal();
  // From here on by keyboard; when it is closed the browser goes back to the link.
  drawer.scrollTop = 0;
  body.querySelector("h1").focus();
};
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.origin");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  openOrigin(link.href);
});
document.addEventListener("click", (event) => {
  if (event.target.id === "drawer") event.target.close(); // beside it
});

// A request that failed says so, and an answer clears it.
function notice(kind) {
  const box = document.getElementById("notice");
  if (!box) return;
  box.querySelector("span").textContent = kind ? box.dataset[kind] : "";
  box.hidden = !kind;
}
// A part of a page that has a notice of its own says so.
const ours = (event) => !event.target.closest?.("[data-own-notice]");
document.addEventListener("htmx:sendError", (event) => ours(event) && notice("line"));
document.addEventListener("htmx:timeout", (event) => ours(event) && notice("line"));
document.addEventListener("htmx:responseError", (event) => ours(event) && notice("server"));
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.successful) notice("");
});
document.addEventListener("click", (event) => {
  if (event.target.closest("#notice button")) notice("");
});

// After an expired session a fragment would be answered with the log-in page: go there instead, and
// from there back to this page, not to the fragment.
document.addEventListener("htmx:beforeSwap", (event) => {
  const came = event.detail.xhr.responseURL;
  if (ours(event) && came && new URL(came).pathname === document.getElementById("notice")?.dataset.login) {
    event.detail.shouldSwap = false;
    const login = new URL(came);
    login.searchParams.set("next", location.pathname + location.search);
    location.assign(login);
  }
});

// Where the tabs are wider than the screen, the current one stands in sight (once its typeface has
// come, which makes it wider).
window.addEventListener("load", () => {
  const tab = document.querySelector(".tabs [aria-current]");
  if (!tab) return;
  const row = tab.closest(".tabs");
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
});

// "Tick all": without this script one ticks them one by one.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-tick-all]")) {
    button.hidden = !button.form.querySelector("[type=checkbox]");
    button.addEventListener("click", () => {
      for (const box of button.form.querySelectorAll("[type=checkbox]")) box.checked = true;
    });
  }
});

// A form whose answer takes a while says so: the bar runs and a second click does nothing.
function busy(form, on) {
  form.setAttribute("aria-busy", on);
  document.getElementById("loading").classList.toggle("htmx-request", on);
  const said = form.querySelector(".wait") || document.createElement("span");
  said.className = "wait quiet";
  said.setAttribute("role", "status");
  form.querySelector(".actions").append(said);
  said.textContent = on ? form.dataset.busy : "";
}
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-busy]");
  if (!form || event.defaultPrevented) return;
  if (form.getAttribute("aria-busy") === "true") event.preventDefault();
  else busy(form, true);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy=true]")) busy(form, false);
});
