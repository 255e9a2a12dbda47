"use strict";
(() => {
  const scheme = window.matchMedia("(prefers-color-scheme: dark)");
  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(name).trim();
    return { ink: read("--ink"), grid: read("--grid"), surface: read("--surface"), muted: read("--muted"), line: read("--line") };
  };
  const palette = document.body.dataset.palette.split(" ");
  const template = (mini) => {
    const c = colours();
    const axis = {
      gridcolor: c.grid, linecolor: c.grid, zeroline: false, ticks: "", ticklabelstandoff: mini ? 3 : 6, automargin: true,
      title: { standoff: mini ? 6 : 12 },
    };
    return { layout: {
      font: { family: getComputedStyle(document.body).fontFamily, size: mini ? 11 : 13, color: c.ink },
      colorway: palette, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: 8, r: 8, t: mini ? 8 : 32, b: 8, autoexpand: true },
      hoverlabel: { bgcolor: c.surface, bordercolor: c.line, font: { color: c.ink, size: 12 } },
      legend: { orientation: "h", yanchor: "bottom", y: 1.02, xanchor: "left", x: 0, title: { text: "" } },
      xaxis: axis, yaxis: axis, bargap: 0.28,
    } };
  };
  const draw = (canvas) => {
    const mini = canvas.parentElement.classList.contains("mini");
    const spec = JSON.parse(canvas.parentElement.querySelector("script").textContent);
    const layout = { ...spec.layout, template: template(mini), autosize: true };
    delete layout.width;
    if (mini) {
      Object.assign(layout, { showlegend: false });
      const named = spec.data.filter((trace) => trace.mode === "markers+text");
      if (named.reduce((sum, trace) => sum + trace.x.length, 0) > 8) {
        named.forEach((trace) => { trace.mode = "markers"; });
      }
    }
    const config = { displaylogo: false, responsive: true, staticPlot: mini, displayModeBar: mini ? false : "hover",
      modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };
    canvas.dataset.drawn = "yes";
    Plotly.react(canvas, spec.data, layout, config);
  };
  const all = [...document.querySelectorAll(".canvas")];
  if (typeof Plotly === "undefined") {
    for (const canvas of all) {
      canvas.classList.add("failed");
      canvas.textContent = "plotly.min.js is not beside this page, so its figures cannot be drawn.";
    }
    return;
  }
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) { seen.unobserve(entry.target); draw(entry.target); }
    }
  }, { rootMargin: "400px" });
  all.forEach((canvas) => seen.observe(canvas));
  scheme.addEventListener("change", () => all.filter((canvas) => canvas.dataset.drawn).forEach(draw));
  window.addEventListener("beforeprint", () => all.filter((canvas) => !canvas.dataset.drawn).forEach(draw));
})();
