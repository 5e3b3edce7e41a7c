// Draws the figures the server sends as JSON. It computes nothing: it only gives them the colours,
// letters and number signs of the page they stand on.
"use strict";

(() => {
  // Light tokens that a figure may name by value; "var(--ours)" is understood as well.
  const TOKENS = {
    "#1d2327": "--ink", "#55606a": "--second", "#7d8791": "--third", "#e2e4e7": "--line",
    "#9d1c20": "--brand", "#1f5f8b": "--ours", "#e6eff5": "--ours-tint", "#8fb3cd": "--ours-soft",
    "#2c6e49": "--good", "#e0ac44": "--warn-mark", "#9b2242": "--bad", "#dfe2e5": "--idle",
  };

  const rootStyle = () => getComputedStyle(document.documentElement);

  // A token as plotly understands it: the browser works it out, be it #1f5f8b or the system's LinkText.
  // Each one makes it work out the style of the whole page, so it is asked once a drawing.
  let tokens = {};
  const token = (name) => (tokens[name] ??= worked(name));
  function worked(name) {
    const probe = document.createElement("i");
    probe.style.forcedColorAdjust = "none";
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  }

  function coloured(value) {
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, coloured(each)]));
    }
    if (typeof value !== "string") return value;
    const name = TOKENS[value.toLowerCase()] || /^var\((--[\w-]+)\)$/.exec(value)?.[1];
    return name ? token(name) : value;
  }

  // A long name takes more lines where there is little room, and its row then more height.
  const folded = (name) => (name.length > 16 ? name.replace(/(.{8,17}) (?=.)/g, "$1<br>") : name);
  const lines = (layout) => Math.max(1, ...(layout.yaxis?.ticktext ?? []).map((name) => folded(name).split("<br>").length));

  // On a phone the margin is worth more as a chart, and labels need their distance.
  function narrowed(layout) {
    const edge = (note) => note.name === "edge";
    const narrow = { ...layout, xaxis: { ...layout.xaxis, nticks: layout.xaxis?.type === "category" ? 4 : 3 } };
    if (layout.yaxis?.ticktext) narrow.yaxis = { ...layout.yaxis, ticktext: layout.yaxis.ticktext.map(folded) };
    if (!layout.annotations?.some(edge)) return narrow;
    return {
      ...narrow,
      margin: { ...layout.margin, r: 12 },
      annotations: layout.annotations.map((note) => (edge(note) ? { ...note, x: 1, xanchor: "right", yanchor: "bottom" } : note)),
    };
  }

  function dressed(figure, width) {
    const layout = { dragmode: false, ...(width < 480 ? narrowed(figure.layout) : figure.layout) };
    const scale = parseFloat(rootStyle().fontSize) / 16;
    for (const key of ["width", "height"]) delete layout[key];
    layout.autosize = true;
    layout.separators = document.documentElement.lang === "vi" ? ",." : ".,";
    layout.paper_bgcolor = layout.plot_bgcolor = "rgba(0,0,0,0)";
    layout.font = { ...layout.font, family: rootStyle().getPropertyValue("--bs-font-sans-serif"), color: token("--ink"), size: 13 * scale };
    layout.hoverlabel = { ...layout.hoverlabel, bgcolor: token("--card"), bordercolor: token("--edge"), font: layout.font };
    for (const axis of Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key)).concat("xaxis", "yaxis")) {
      layout[axis] = { automargin: true, ...layout[axis], gridcolor: token("--line"), linecolor: token("--line"), zerolinecolor: token("--edge") };
    }
    return layout;
  }

  // The one tool we offer. A bitmap would need data: addresses, which the policy refuses.
  const config = (div) => ({
    responsive: true,
    displaylogo: false,
    modeBarButtons: [[{
      name: "save", title: div.dataset.save, icon: Plotly.Icons.camera,
      click: (graph) => Plotly.downloadImage(graph, { format: "svg", filename: div.dataset.chart.replace(/-figure$/, "") }),
    }]],
  });

  function draw(div) {
    const figure = JSON.parse(document.getElementById(div.dataset.chart).textContent);
    const first = !div.classList.contains("js-plotly-plot");
    // A list of wards is as high as it has wards; in rem, so that it grows with the hall's screen.
    const most = div.clientWidth < 480 ? lines(figure.layout) : 1;
    const air = most > 1 ? 0.25 + 0.55 * most : 1;
    if (figure.layout.height) div.style.height = `${(figure.layout.height * air) / 16}rem`;
    Plotly.react(div, coloured(figure.data), coloured(dressed(figure, div.clientWidth)), config(div));
    // A point whose customdata is an address of ours leads there.
    if (first) div.on("plotly_click", (event) => {
      const to = event.points[0].customdata;
      if (typeof to !== "string" || !to.startsWith("/")) return;
      if (to.includes("/origin/")) openOrigin(to);
      else location.assign(to);
    });
  }

  const charts = (root) => (root.matches?.("[data-chart]") ? [root] : [...root.querySelectorAll("[data-chart]")]);

  function drawEach(divs) {
    tokens = {};
    divs.forEach(draw);
  }

  async function drawAll(root) {
    if (!charts(root).length) return;
    if (!window.Plotly) {
      for (const div of charts(root)) {
        div.hidden = true;
        div.parentElement.querySelector("details")?.setAttribute("open", "");
      }
      return;
    }
    // Letters are measured when a chart is drawn, so they must be there.
    await document.fonts?.load('13px "Be Vietnam Pro"', "Sơ Kết").catch(() => {});
    drawEach(charts(root).filter((div) => !div.classList.contains("js-plotly-plot")));
  }

  document.addEventListener("DOMContentLoaded", () => {
    drawAll(document);
    document.addEventListener("htmx:load", (event) => drawAll(event.detail.elt));
  });
  document.addEventListener("htmx:beforeCleanupElement", (event) => {
    if (window.Plotly && event.target.matches?.(".js-plotly-plot")) Plotly.purge(event.target);
  });
  // A chart keeps the width of the screen, so it is drawn for the paper first, A4 between its margins.
  const drawn = () => (window.Plotly ? [...document.querySelectorAll(".js-plotly-plot")] : []);
  addEventListener("beforeprint", () => drawn().forEach((div) => Plotly.relayout(div, { autosize: false, width: div.closest(".one-page") ? 370 : 640 })));
  addEventListener("afterprint", () => drawn().forEach((div) => Plotly.relayout(div, { autosize: true, width: null })));
  // Dark, light, strong or paper: the tokens change, so the figures are drawn again.
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "(forced-colors: active)", "print"]) {
    matchMedia(query).addEventListener("change", () => window.Plotly && drawEach(charts(document)));
  }
})();
