// What draws the charts in the browser, with uPlot: figures from the page's own address, colours from the page, drawn anew when they change.

/** Lines differ by dashes too, not by colour alone (WCAG 2.2, 1.4.1); colours have 3:1 on both grounds. */
export const charts = `"use strict";
(() => {
  const COLOURS = {
    light: ["#0b5cad", "#b0221b", "#17663a", "#8a4f00", "#6b3fa0", "#00696e"],
    dark: ["#86bdff", "#ff9c92", "#79d39a", "#f3bc67", "#c7a6f5", "#6fd3d8"],
  };
  const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [12, 4]];
  const HEIGHT = 220;
  const place = document.getElementById("charts");
  if (!place || typeof uPlot === "undefined") return;
  document.getElementById("charts-none").hidden = true;
  place.hidden = false;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const { lang } = document.documentElement;
  const locale = lang === "en" ? "en-GB" : lang;
  const timeZone = place.dataset.zone; // simpost's, as everywhere in the console
  const whole = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short", timeZone });
  const hour = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone });
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone });
  const figures = [...place.querySelectorAll("[data-chart]")];
  const widthOf = (figure) => Math.max(240, figure.querySelector("div").clientWidth);
  let drawn = [];
  let known = null;

  function options(figure, names) {
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--dim").trim();
    const line = style.getPropertyValue("--line").trim();
    const ground = style.getPropertyValue("--sheet").trim();
    const colours = COLOURS[dark.matches ? "dark" : "light"];
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const ticks = (plot, splits, _axis, _space, step) =>
      splits.map((at) => (step >= 86400 ? day : hour).format(at * 1000));
    return {
      width: widthOf(figure),
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), timeZone),
      height: HEIGHT,
      legend: { live: true },
      cursor: { drag: { x: true, y: false } },
      scales: { y: { range: (plot, low, high) => [0, Math.max(1, high * 1.1)] } },
      axes: [
        { ...axis, values: ticks },
        { ...axis, size: 56, values: (plot, splits) => splits.map((value) => (Number.isInteger(value) || figure.dataset.chart === "latency" ? whole.format(value) : "")) },
      ],
      series: [
        { label: place.dataset.time, value: (plot, at) => (at == null ? "–" : moment.format(at * 1000)) },
        ...names.map((name, index) => ({
          label: name,
          stroke: colours[index % colours.length],
          dash: DASHES[index % DASHES.length],
          width: 2,
          spanGaps: true,
          points: { show: (plot) => plot.data[0].length < 60, fill: ground },
          value: (plot, value) => (value == null ? "–" : whole.format(value)),
        })),
      ],
    };
  }

  function draw() {
    if (!known) return;
    for (const plot of drawn) plot.destroy();
    const names = known.gateways.map(({ name }) => name);
    drawn = figures.map((figure) => {
      const data = [known.hours, ...known.gateways.map((gateway) => gateway[figure.dataset.chart])];
      return new uPlot(options(figure, names), data, figure.querySelector("div"));
    });
    place.dataset.drawn = String(known.hours.length);
  }

  async function load() {
    const answer = await fetch(place.dataset.figures, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const fresh = await answer.json();
    const same = known && fresh.gateways.map(({ name }) => name).join() === known.gateways.map(({ name }) => name).join();
    known = fresh;
    if (!same) return draw();
    drawn.forEach((plot, at) =>
      plot.setData([fresh.hours, ...fresh.gateways.map((gateway) => gateway[figures[at].dataset.chart])]),
    );
  }

  const reload = () => load().catch(() => {});
  dark.addEventListener("change", draw);
  document.addEventListener("refreshed", reload);
  let waiting;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      drawn.forEach((plot, at) => plot.setSize({ width: widthOf(figures[at]), height: HEIGHT }));
    }, 150);
  });
  reload();
})();
`;

/** Beside uPlot's own style. */
export const chartStyle = `
figure { margin: 0 0 1rem; padding: .5rem .75rem; background: var(--sheet); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
figcaption h2 { margin: .25rem 0 .5rem; font-size: 1rem; }
figure > div { min-height: 16rem; }
.uplot { font: inherit; font-size: .875rem; }
.uplot .u-legend, .uplot table { border: 0; background: none; width: 100%; }
.uplot th, .uplot td { border: 0; padding: .125rem .25rem; color: var(--ink); }
.uplot .u-legend .u-series > * { padding: .125rem .25rem; }
@media (min-width: 60rem) { .charts:not([hidden]) { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem; } .charts figure { min-width: 0; } }
main > nav { margin: 0 0 1rem; }
`;
