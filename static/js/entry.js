// The entry form: saves each cell as it is left, and loses nothing. What is typed goes into this
// browser's storage first and leaves it only when the server has acknowledged it; each entry has a
// mark of its own, so that sending it twice keeps it once.
"use strict";

(() => {
  const root = document.getElementById("entry");
  if (!root || !window.htmx) return;
  htmx.config.timeout = 20000;
  const words = root.dataset;
  const unsent = document.getElementById("unsent");
  const prefix = `so-ket:${words.user}:${location.pathname}:`;
  const csrf = root.querySelector("[name=csrfmiddlewaretoken]").value;
  const ANSWERS = [200, 409, 422]; // kept, collided or refused, wrong
  const NEVER = [400, 404, 413]; // there is no such cell any more: asking again changes nothing
  let busy = null, session = false, lost = 0, timer = 0, turn = 0, leaving = "";

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // The old browsers of an office, and pages without HTTPS, have no randomUUID.
  const mark = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  // A row. Its queue holds what the server has not acknowledged: at most one entry that was sent and
  // may have arrived, and behind it the one typed last. An entry is {content, base, edit, tried,
  // ready, held}: base is the mark of what the person saw, held waits until it is changed.
  class Row {
    constructor(element) {
      this.element = element;
      this.id = element.dataset.cell;
      this.fields = {};
      for (const field of element.querySelectorAll("input, select")) {
        this.fields[field.name.slice(this.id.length + 1)] = field;
      }
      this.base = this.fields.base.value;
      delete this.fields.base;
      this.figures = [...element.querySelectorAll("[data-figure]")];
      this.theme = element.closest(".entry-theme");
      this.saved = this.content();
      this.queue = [];
      this.kept = true; // by this browser
      this.stand();
    }
    // The status as the server gave it, beside what it has.
    stand() { this.standing = this.status.cloneNode(true); }
    // What the server has now is somebody else's.
    concede() {
      const found = this.status.querySelector("[data-take]").dataset;
      const theirs = { ...found, state: found.take };
      this.saved = Object.fromEntries(Object.keys(this.fields).map((name) => [name, theirs[name] ?? ""]));
      this.stand();
      this.standing.querySelector(".cell-notes").remove();
      this.standing.dataset.kind = this.filled ? "saved" : "empty";
      this.standing.querySelector(".cell-saved").textContent = words[this.standing.dataset.kind];
    }
    get status() { return this.element.querySelector(".cell-status"); }
    get kind() { return this.status.dataset.kind; }
    get filled() { return this.status.dataset.edit !== ""; }
    get asks() { return this.status.hasAttribute("data-open"); }
    get open() { return ["wrong", "collision", "refused"].includes(this.kind) || this.asks; }
    get last() { return this.queue[this.queue.length - 1]; }
    get name() { return this.element.querySelector(".cell-name p").textContent; }
    content() {
      return Object.fromEntries(Object.entries(this.fields).map(([name, field]) => [name, field.value.trim()]));
    }
    put(content) {
      for (const [name, text] of Object.entries(content)) if (this.fields[name]) this.fields[name].value = text;
      this.look();
    }
    say(kind) {
      this.status.dataset.kind = kind;
      this.status.querySelector(".cell-saved").textContent = words[kind];
    }
    // Which parts of the row are in sight.
    look() {
      const none = this.fields.state.value !== "reported";
      for (const field of this.figures) field.disabled = none;
      const more = none || this.opened || this.status.hasAttribute("data-asks") || this.fields.reason.value !== "";
      this.element.classList.toggle("cell-more", Boolean(more));
      this.element.classList.toggle("cell-none", none);
      this.element.querySelector("[data-toggle]").setAttribute("aria-expanded", Boolean(more));
      this.fields.reason.required = none || this.asks;
    }
    // What this browser keeps of it; where it keeps nothing, the page itself has it.
    keep() {
      try {
        if (this.queue.length) localStorage.setItem(prefix + this.id, JSON.stringify(this.queue));
        else localStorage.removeItem(prefix + this.id);
        this.kept = true;
      } catch { // storage is full or forbidden
        this.kept = false;
      }
    }
    recall() {
      try {
        const queue = JSON.parse(localStorage.getItem(prefix + this.id)) || [];
        this.queue = queue.map((each) => ({ ...each, ready: true, held: false }));
        if (this.last) this.put(this.last.content);
      } catch {
        this.queue = [];
      }
    }
  }

  document.getElementById("return").reset(); // not what the browser remembers of an earlier visit
  const rows = [...root.querySelectorAll(".cell")].map((element) => new Row(element));
  const byElement = new Map(rows.map((row) => [row.element, row]));
  const rowOf = (node) => byElement.get(node?.closest?.(".cell"));

  // Typing and leaving --------------------------------------------------------------------------

  function typed(row) {
    const content = row.content();
    if (same(content, row.last ? row.last.content : row.saved)) return;
    if (row.last && (!row.last.tried || row.last.held)) row.queue.pop();
    if (!same(content, row.last ? row.last.content : row.saved)) {
      row.queue.push({ content, base: row.last ? null : row.base, edit: mark() });
      row.say("typing");
    }
    row.keep();
  }

  function commit(row) {
    typed(row);
    if (!row.last) {
      if (row.kind !== "saved" && row.kind !== "empty") reset(row);
    } else if (!row.last.held) {
      row.last.ready = true;
      row.say("waiting");
      pump();
    }
    count();
  }

  // Back to what the server has; what is under way cannot be called back.
  function reset(row) {
    row.queue = row.queue.filter((each) => each.tried && !each.held);
    row.keep();
    if (row.last) row.say("waiting");
    else {
      row.status.replaceWith(row.standing.cloneNode(true));
      row.base = row.status.dataset.edit;
    }
    row.put(row.last ? row.last.content : row.saved);
    count();
  }

  // Sending: one at a time, again and again until it is answered ---------------------------------

  function pump() {
    if (busy || session || timer) return;
    // One that fails again and again does not stand in the way of the others.
    const order = [...rows.slice(turn), ...rows.slice(0, turn)];
    const row = order.find((each) => each.queue[0]?.ready && !each.queue[0].held);
    if (!row) {
      if (leaving && !waiting()) location.assign(leaving);
      return banner();
    }
    busy = row;
    row.queue[0].tried = true;
    row.keep();
    row.say("saving");
    htmx.trigger(row.element, "save");
  }

  document.addEventListener("htmx:configRequest", (event) => {
    if (!busy || event.detail.elt !== busy.element) return;
    const { content, base, edit } = busy.queue[0];
    event.detail.parameters = { ...content, base, edit };
    event.detail.headers["X-CSRFToken"] = csrf;
  });

  const login = new URL(words.login, location).pathname;
  const loggedOut = (xhr) => xhr.status === 403 || (xhr.responseURL && new URL(xhr.responseURL).pathname === login);

  // A proxy or the log-in of a network may answer in the server's place.
  const ours = (xhr) => ANSWERS.includes(xhr.status) && xhr.responseText.includes("cell-status");

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!byElement.has(event.detail.requestConfig.elt)) return;
    const { xhr } = event.detail;
    event.detail.shouldSwap = !loggedOut(xhr) && ours(xhr);
    event.detail.isError = false;
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const row = byElement.get(event.detail.requestConfig?.elt);
    if (!row || row !== busy) return;
    busy = null;
    const { xhr } = event.detail;
    if (loggedOut(xhr)) {
      session = true;
      row.say("waiting");
    } else if (ours(xhr) || NEVER.includes(xhr.status)) {
      lost = 0;
      answered(row, xhr.status);
    } else {
      again(row);
    }
    banner();
    pump();
  });

  function answered(row, status) {
    const entry = row.queue[0];
    const { edit } = row.status.dataset;
    if (status === 200) {
      row.queue.shift();
      row.base = edit;
      row.saved = entry.content;
      row.stand();
      if (row.last) row.last.base = edit;
    } else {
      leaving = "";
      if (row.kind === "collision") row.concede();
      if (row.queue.length > 1) {
        row.queue.shift();
        row.last.base ??= entry.base;
      } else {
        entry.held = true;
        if (NEVER.includes(status)) row.say("refused");
      }
    }
    row.keep();
    if (row.last && !row.last.held) row.say(row.last.ready ? "waiting" : "typing");
    row.look();
    count();
    // What was swapped in is not read out by itself.
    const told = row.element.querySelector(".cell-notes") || row.status.querySelector(".cell-saved");
    document.getElementById("said").textContent = `${row.name}: ${told.textContent.trim()}`;
  }

  function again(row) {
    row.say("waiting");
    turn = rows.indexOf(row) + 1;
    leaving = "";
    lost += 1;
    const pause = Math.min(30, 2 ** (lost - 1)) * (0.75 + Math.random() / 2);
    timer = setTimeout(retry, pause * 1000);
  }
  function retry() {
    clearTimeout(timer);
    timer = 0;
    pump();
  }
  addEventListener("online", retry);

  const waiting = () => rows.filter((row) => row.last && !row.last.held).length;

  function banner() {
    const kind = session ? "session" : lost ? "line" : "";
    unsent.hidden = !kind;
    if (!kind) return;
    unsent.querySelector("span").textContent = words[kind].replace("{n}", waiting());
    for (const each of unsent.querySelectorAll("[data-for]")) each.hidden = each.dataset.for !== kind;
  }
  unsent.querySelector("button").addEventListener("click", retry);

  // Logged out, everything is kept and the way back is the next page, unless this browser keeps nothing.
  addEventListener("beforeunload", (event) => {
    const row = rowOf(document.activeElement);
    if (row) typed(row);
    if (!session && waiting() || rows.some((each) => each.last && !each.kept)) event.preventDefault();
  });
  // Whoever goes on to submit, submits what was typed last: the link waits until it is saved.
  document.getElementById("to-submit").addEventListener("click", (event) => {
    if (session || !waiting() || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    leaving = event.currentTarget.href;
  });
  document.addEventListener("visibilitychange", () => {
    const row = rowOf(document.activeElement);
    if (row && document.hidden) commit(row);
  });

  // What is open --------------------------------------------------------------------------------

  function count() {
    const counts = new Map();
    for (const row of rows) {
      const [filled, all, open] = counts.get(row.theme.id) || [0, 0, 0];
      counts.set(row.theme.id, [filled + row.filled, all + 1, open + row.open]);
    }
    let total = 0;
    for (const [id, [filled, all, open]] of counts) {
      total += filled;
      const place = root.querySelector(`[data-count="${id}"]`);
      place.textContent = `${filled}/${all}`;
      place.classList.toggle("entry-full", filled === all && !open);
      place.classList.toggle("entry-odd", open > 0);
    }
    document.getElementById("filled").textContent = total;
    const list = document.getElementById("open");
    list.replaceChildren(...rows.filter((row) => row.open).map((row) => {
      const item = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.className = "text-button";
      button.textContent = row.name;
      button.addEventListener("click", () => enter(row));
      item.append(button);
      return item;
    }));
  }

  // Moving --------------------------------------------------------------------------------------

  const links = [...root.querySelectorAll(".entry-themes a")];
  function show(theme) {
    for (const each of root.querySelectorAll(".entry-theme")) each.classList.toggle("current", each === theme);
    for (const link of links) {
      if (link.hash !== `#${theme.id}`) link.removeAttribute("aria-current");
      else {
        link.setAttribute("aria-current", "true");
        const list = link.closest("ol"); // on a narrow screen it scrolls sideways
        list.scrollLeft = link.offsetLeft - list.offsetLeft - 16;
      }
    }
  }
  // Under each theme the way to the one before and the next.
  function steps() {
    const themes = [...root.querySelectorAll(".entry-theme")];
    themes.forEach((theme, n) => {
      const ways = [["←", themes[n - 1]], ["→", themes[n + 1]]].map(([arrow, other]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-quiet";
        button.hidden = !other;
        const name = other ? links.find((link) => link.hash === `#${other.id}`).firstElementChild.textContent : "";
        button.textContent = arrow === "←" ? `← ${name}` : `${name} →`;
        button.addEventListener("click", () => enter(rows.find((row) => row.theme === other)));
        return button;
      });
      theme.querySelector(".entry-steps").append(...ways);
    });
  }
  function enter(row, column = 0) {
    if (!row) return;
    show(row.theme);
    const figures = row.figures.filter((field) => !field.disabled);
    const field = row.asks && row.kind === "saved" ? row.fields.reason : figures[Math.min(column, figures.length - 1)] || row.fields.reason;
    field.focus();
    field.select?.();
    field.scrollIntoView({ block: "nearest" });
  }
  // Every field that Enter goes to, in order.
  const stops = () => rows.flatMap((row) => {
    const reason = row.fields.reason.required && row.fields.reason.value === "" ? [row.fields.reason] : [];
    return [...row.figures.filter((field) => !field.disabled), ...reason].map((field) => [row, field]);
  });
  function step(field, by) {
    const all = stops();
    const here = all.findIndex(([, each]) => each === field);
    const row = rowOf(field);
    const next = here < 0 ? all.find(([each]) => rows.indexOf(each) > rows.indexOf(row)) : all[here + by];
    if (!next) return field.blur();
    show(next[0].theme);
    next[1].focus();
    next[1].select?.();
    next[1].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.target.closest?.("dialog")) return;
    const field = event.target, row = rowOf(field);
    if (event.key === "F8") {
      event.preventDefault();
      const from = row ? rows.indexOf(row) + 1 : 0;
      const wanted = [...rows.slice(from), ...rows.slice(0, from)];
      return enter(wanted.find((each) => each.open) || wanted.find((each) => !each.filled));
    }
    if (!row) return;
    if (event.key === "F2") {
      event.preventDefault();
      row.opened = !row.opened;
      row.look();
      return row.opened ? row.fields.state.focus() : row.figures[0].focus();
    }
    if (field.tagName === "BUTTON" || field.tagName === "A") return;
    const column = row.figures.indexOf(field);
    const text = field.tagName === "INPUT";
    if (event.key === "Enter") {
      event.preventDefault();
      step(field, event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      reset(row);
      field.select?.();
    } else if (text && column >= 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      enter(rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)], column);
    } else if (text && column >= 0 && event.key === "ArrowRight" && field.selectionStart === field.value.length && row.figures[column + 1]) {
      event.preventDefault();
      row.figures[column + 1].focus();
    } else if (text && column > 0 && event.key === "ArrowLeft" && field.selectionEnd === 0) {
      event.preventDefault();
      row.figures[column - 1].focus();
    }
  });

  root.addEventListener("input", (event) => {
    const row = rowOf(event.target);
    if (!row) return;
    typed(row);
    preview(row);
  });
  root.addEventListener("change", (event) => {
    const row = rowOf(event.target);
    if (row && event.target.tagName === "SELECT") {
      row.look();
      // Without a figure a reason has to follow: wait for it.
      if (event.target === row.fields.state && row.fields.reason.required && !row.fields.reason.value) row.fields.reason.focus();
    }
  });
  root.addEventListener("focusout", (event) => {
    const row = rowOf(event.target);
    if (row && !row.element.contains(event.relatedTarget)) commit(row);
  });
  // The percentage while typing, of plain digits alone; anything else the server reads.
  function preview(row) {
    const { numerator, denominator } = row.fields;
    if (!denominator) return;
    const plain = /^\d{1,12}$/;
    const place = row.status.querySelector(".cell-outcome");
    const known = plain.test(numerator.value.trim()) && plain.test(denominator.value.trim()) && Number(denominator.value) > 0;
    place.textContent = known ? `${(numerator.value / denominator.value * 100).toLocaleString(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} %` : "";
  }

  // Help for the row one is in, where the screen is wide enough.
  const help = document.getElementById("help");
  root.addEventListener("focusin", (event) => {
    const row = rowOf(event.target);
    if (!row) return;
    const title = document.createElement("h2");
    title.textContent = row.name;
    help.replaceChildren(title, ...row.element.querySelector(".cell-help").cloneNode(true).childNodes);
    help.hidden = false;
  });

  // Buttons -------------------------------------------------------------------------------------

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button, a");
    const row = rowOf(button);
    if (!row) return;
    const { dataset } = button;
    if ("toggle" in dataset) {
      row.opened = !row.element.classList.contains("cell-more");
      row.look();
    } else if ("set" in dataset) {
      row.put({ [dataset.set]: dataset.text });
      commit(row);
      row.fields[dataset.set].focus();
    } else if ("take" in dataset) {
      reset(row);
      row.figures[0].focus();
    } else if ("keep" in dataset) {
      row.base = row.status.dataset.edit;
      row.queue = row.queue.filter((each) => each.tried && !each.held);
      commit(row);
      row.figures[0].focus();
    } else if ("last" in dataset) {
      const { lastNumerator, lastDenominator } = row.element.dataset;
      row.put({ state: "reported", numerator: lastNumerator, denominator: lastDenominator, reason: words.copied });
      commit(row);
      row.figures[0].focus();
    } else if ("more" in dataset && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      dialog("more", button.href, "GET", {});
    }
  });

  // Dialogs: one cell closely, and a pasted block ------------------------------------------------

  async function dialog(id, url, verb, values) {
    const box = document.getElementById(id);
    if (!box.open) box.replaceChildren(); // what still stands there is of another cell or block
    try {
      await htmx.ajax(verb, url, { target: box, swap: "innerHTML", values, headers: { "X-CSRFToken": csrf } });
    } catch { return; } // the page's notice says so
    if (box.childElementCount && !box.open) box.showModal();
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("dialog [data-close]")) event.target.closest("dialog").close();
  });

  // The lines of a copied block; a cell with a line break or a quote in it comes in quotes.
  function block(text) {
    const lines = [[]];
    for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/g)) {
      lines[lines.length - 1].push((quoted?.replace(/""/g, '"') ?? plain).trim());
      if (end === "") break;
      if (end === "\n") lines.push([]);
    }
    return lines;
  }

  let pasted = null;
  root.addEventListener("paste", (event) => {
    const row = rowOf(event.target);
    const column = row ? row.figures.indexOf(event.target) : -1;
    const text = event.clipboardData?.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n+$/, "") ?? "";
    if (column < 0 || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const lines = block(text);
    const places = rows.slice(rows.indexOf(row));
    pasted = { order: [], left: Math.max(0, lines.length - places.length) };
    lines.slice(0, places.length).forEach((cells, n) => {
      if (cells.every((cell) => cell === "")) return; // a blank leaves what is there
      const place = places[n], names = ["numerator", "denominator"].filter((name) => place.fields[name]);
      pasted.order.push(place.id);
      for (const name of names) pasted[`${place.id}-${name}`] = place.fields[name].value;
      cells.forEach((cell, c) => {
        const name = ["numerator", "denominator"][column + c];
        if (name && cell !== "") pasted[`${place.id}-${name}`] = cell;
      });
    });
    pasted.order = pasted.order.join(" ");
    if (pasted.order) dialog("paste", words.paste, "POST", pasted);
  });
  document.getElementById("paste").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("reading" in button.dataset) dialog("paste", words.paste, "POST", { ...pasted, reading: button.dataset.reading });
    if (!("apply" in button.dataset)) return;
    const box = event.currentTarget;
    box.close();
    let last = null;
    for (const line of box.querySelectorAll("[data-line]")) {
      last = rows.find((row) => row.id === line.dataset.line);
      last.put({ state: "reported", numerator: line.dataset.numerator, denominator: line.dataset.denominator });
      commit(last);
    }
    enter(rows.find((row) => row.open) || last);
  });

  // Begin: what this browser still holds goes first ----------------------------------------------

  root.classList.add("ready");
  // The one form with one button is for browsers without this script.
  document.getElementById("return").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => {
    const theme = document.getElementById(location.hash.slice(1));
    if (theme?.classList.contains("entry-theme")) show(theme);
  });
  for (const row of rows) {
    row.recall();
    row.look();
    if (row.last) row.say("waiting");
  }
  steps();
  const named = location.hash && document.getElementById(location.hash.slice(1));
  show(named?.classList?.contains("entry-theme") ? named : (rows.find((row) => !row.filled) || rows[0]).theme);
  count();
  // htmx listens to the rows from then on.
  document.addEventListener("DOMContentLoaded", pump);
})();
