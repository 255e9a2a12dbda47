// A graph to look around in: hover to see who belongs together, click or press Enter to choose, drag a node or the
// ground, zoom with the buttons or Ctrl and the wheel. Names are strangers': they become text nodes and nothing else.
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 1000;
const MARGIN = { x: 90, y: 40 };
const SHAPES = {
  circle: "M-1 0A1 1 0 1 1 1 0A1 1 0 1 1-1 0Z",
  square: "M-.9-.9H.9V.9H-.9Z",
  diamond: "M0-1.25L1.25 0L0 1.25L-1.25 0Z",
  "triangle-up": "M0-1.2L1.15.85H-1.15Z",
  cross: "M-.4-1.1H.4V-.4H1.1V.4H.4V1.1H-.4V.4H-1.1V-.4H-.4Z",
  pentagon: "M0-1.1L1.05-.34L.65.89H-.65L-1.05-.34Z",
};

const make = (name, attributes = {}, text) => {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
};

export default {
  render({ model, el }) {
    const height = model.get("height");
    const svg = make("svg", { class: "wb-graph", role: "group", "aria-label": "entities and their links" });
    const bar = document.createElement("div");
    bar.className = "wb-graph-bar";
    el.append(svg, bar);
    let view, nodes, links;

    const show = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.w * (height / WIDTH)}`);
    const fit = () => { view = { x: 0, y: 0, w: WIDTH }; show(); };
    const zoom = (factor, cx = view.x + view.w / 2, cy = view.y + (view.w * height) / WIDTH / 2) => {
      const w = Math.min(WIDTH * 2, Math.max(WIDTH / 8, view.w * factor));
      const by = w / view.w;
      view = { x: cx - (cx - view.x) * by, y: cy - (cy - view.y) * by, w };
      show();
    };
    const at = (event) => {
      const box = svg.getBoundingClientRect();
      const scale = view.w / Math.min(box.width, (box.height * WIDTH) / height);
      const left = (box.width - view.w / scale) / 2;
      const top = (box.height - (view.w * height) / WIDTH / scale) / 2;
      return { x: view.x + (event.clientX - box.left - left) * scale, y: view.y + (event.clientY - box.top - top) * scale };
    };

    const place = (node) => node.group.setAttribute("transform", `translate(${node.x} ${node.y})`);
    const join = (link) => {
      const ends = { x1: link.a.x, y1: link.a.y, x2: link.b.x, y2: link.b.y };
      for (const line of link.group.children) {
        if (line.tagName === "line") for (const [key, value] of Object.entries(ends)) line.setAttribute(key, value);
      }
    };
    const attend = (node) => {
      svg.classList.toggle("attending", node !== null);
      for (const one of nodes) {
        one.group.classList.toggle("near", node !== null && (one === node || node.near.has(one)));
      }
      for (const link of links) link.group.classList.toggle("near", node !== null && (link.a === node || link.b === node));
    };
    const mark = () => {
      for (const node of nodes) {
        const chosen = node.id === model.get("selected");
        node.group.classList.toggle("chosen", chosen);
        node.group.setAttribute("aria-pressed", chosen);
      }
    };
    const choose = (id) => { model.set("selected", id); model.save_changes(); };

    // Follow a pointer until it is released; `moved` says whether it went far enough not to be a click.
    const follow = (target, event, move, end) => {
      const start = { x: event.clientX, y: event.clientY };
      let moved = false;
      target.setPointerCapture(event.pointerId);
      const onMove = (next) => {
        moved = moved || Math.hypot(next.clientX - start.x, next.clientY - start.y) > 4;
        if (moved) move(next);
      };
      const onEnd = () => {
        target.removeEventListener("pointermove", onMove);
        target.removeEventListener("pointerup", onEnd);
        target.removeEventListener("pointercancel", onEnd);
        end(moved);
      };
      target.addEventListener("pointermove", onMove);
      target.addEventListener("pointerup", onEnd);
      target.addEventListener("pointercancel", onEnd);
    };

    const drawNode = (given) => {
      const node = { ...given, near: new Set() };
      node.x = MARGIN.x + ((given.x + 1) / 2) * (WIDTH - 2 * MARGIN.x);
      node.y = MARGIN.y + ((1 - given.y) / 2) * (height - 2 * MARGIN.y);
      const label = `${given.name}, ${given.kind}, ${given.told}`;
      node.group = make("g", { class: "node", tabindex: 0, role: "button", "aria-label": label });
      node.group.append(
        make("title", {}, label),
        make("path", { d: SHAPES[given.symbol] || SHAPES.circle, transform: `scale(${given.size})`, fill: given.colour }),
        make("text", { y: -given.size - 5, class: given.labelled ? "" : "quiet" }, given.name),
      );
      node.group.addEventListener("pointerenter", () => attend(node));
      node.group.addEventListener("pointerleave", () => attend(null));
      node.group.addEventListener("focus", () => attend(node));
      node.group.addEventListener("blur", () => attend(null));
      node.group.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(node.id); }
      });
      node.group.addEventListener("pointerdown", (event) => {
        event.stopPropagation();
        follow(node.group, event, (next) => {
          Object.assign(node, at(next));
          place(node);
          links.filter((link) => link.a === node || link.b === node).forEach(join);
        }, (moved) => { if (!moved) choose(node.id); });
      });
      place(node);
      return node;
    };
    const drawLink = (given) => {
      const link = { a: nodes[given.a], b: nodes[given.b] };
      link.a.near.add(link.b);
      link.b.near.add(link.a);
      link.group = make("g", { class: given.weak ? "link weak" : "link" });
      link.group.append(make("title", {}, given.told), make("line", { class: "wide" }), make("line", {}));
      join(link);
      return link;
    };
    const draw = () => {
      const graph = model.get("graph");
      svg.replaceChildren();
      nodes = graph.nodes.map(drawNode);
      links = graph.links.map(drawLink);
      svg.append(...links.map((link) => link.group), ...nodes.map((node) => node.group));
      mark();
    };

    svg.addEventListener("pointerdown", (event) => {
      const start = { ...view };
      const from = at(event);
      follow(svg, event, (next) => {
        view = { ...start };
        const to = at(next);
        view = { ...start, x: start.x - (to.x - from.x), y: start.y - (to.y - from.y) };
        show();
      }, (moved) => { if (!moved) choose(""); });
    });
    svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
      event.preventDefault();
      const { x, y } = at(event);
      zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, x, y);
    }, { passive: false });
    for (const [sign, told, act] of [["+", "closer", () => zoom(0.8)], ["−", "farther", () => zoom(1.25)], ["□", "all", fit]]) {
      const button = document.createElement("button");
      button.textContent = sign;
      button.title = told;
      button.setAttribute("aria-label", told);
      button.addEventListener("click", act);
      bar.append(button);
    }
    fit();
    draw();
    model.on("change:graph", draw);
    model.on("change:selected", mark);
  },
};
