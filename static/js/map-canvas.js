/* global vis */
/** The drawn map: vis-network puts nodes and edges at the positions it is given; regions, rivets and names are ours.

No import: the offline page holds this file as it is. */

const GROUPS = {
  structure: { ink: "--copper", size: 12.5, weight: 700, letters: 18, lines: 3 },
  community: { ink: "--copper", size: 13, weight: 700, letters: 22, lines: 4 },
  domaine: { ink: "--soot", size: 11.5, weight: 400, letters: 17, lines: 3 },
  savoir: { shape: "dot", radius: 8, ink: "--savoir", size: 12, weight: 400, letters: 26, lines: 2 },
  savoir_faire: { shape: "square", radius: 7, ink: "--savoir-faire", size: 12, weight: 400, letters: 26, lines: 2 },
  milieu: { shape: "hexagon", radius: 9, ink: "--milieu", size: 12, weight: 400, letters: 26, lines: 2 },
};
const EDGES = {
  offre: { ink: "--soot", width: 1.5, dashes: false, opacity: 0.22 },
  recherche: { ink: "--soot", width: 2.5, dashes: [3, 9], opacity: 0.4 },
  domaine: { ink: "--line", width: 2, dashes: false, opacity: 0.35 },
  suggestion: { ink: "--copper", width: 4, dashes: [16, 10], opacity: 0.9 },
};
const COLOURS = ["--paper", "--tint", "--ink", "--soot", "--line", "--copper", "--on-colour", "--flame", "--savoir", "--savoir-faire", "--milieu"];
const SMALL_WORDS = new Set(["le", "la", "les", "l", "de", "des", "du", "d", "et", "en", "au", "aux", "un", "une", "sur", "pour"]);
// Screen pixels around a small shape that still choose it: a finger is not a mouse.
const REACH = 13;
// Screen pixels at the bottom, where the buttons are.
const TOOLS = 50;

export class MapCanvas {
  /** `container` is an element; `onChoose(key)` is told a choice ("" for none), `onUnfold(key)` a double click. */
  constructor(container, { onChoose = () => {}, onUnfold = () => {} } = {}) {
    this.container = container;
    this.nodes = new vis.DataSet();
    this.edges = new vis.DataSet();
    this.around = new Map();
    this.texts = new Map();
    this.chosen = this.hovered = "";
    this.onChoose = onChoose;
    this.onUnfold = onUnfold;
    this.readColours();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.restyle());
  }

  /** Draw what `knowledge_map/drawing.py` sends; what was already drawn stays in place, and so does the camera. */
  show({ nodes, edges, options, dust = [], chosen = "", centre = "", byItems = false }) {
    this.chosen = chosen;
    this.centre = centre;
    this.matches = new Set(nodes.filter((node) => node.match).map((node) => node.id));
    this.around = neighbours(edges);
    this.regions = new Map(nodes.map((node) => [node.id, node.region]));
    this.byItems = byItems;
    this.focused = this.focusOf(chosen);
    // The map is wider than high: on a screen held upright it is laid on its side.
    this.upright = this.container.clientHeight > 1.1 * this.container.clientWidth;
    const laid = nodes.map((node) => {
      const { x, y, size = GROUPS[node.group].radius } = node;
      return this.upright ? { ...node, size, x: -y, y: x } : { ...node, size };
    });
    this.dust = dust.map(([x, y]) => (this.upright ? [-y, x] : [x, y]));
    this.replace(this.nodes, laid.map((node) => this.dressNode(node)));
    this.replace(this.edges, edges.map((edge) => this.dressEdge(edge)));
    if (!this.network) this.start(options);
    else this.network.redraw();
  }

  start(options) {
    this.network = new vis.Network(this.container, { nodes: this.nodes, edges: this.edges }, options);
    this.network.on("beforeDrawing", (pen) => this.drawRegions(pen));
    this.network.on("afterDrawing", (pen) => this.drawNames(pen));
    this.network.on("click", ({ pointer }) => this.onChoose(this.at(pointer.canvas)));
    this.network.on("doubleClick", ({ pointer }) => this.onUnfold(this.at(pointer.canvas)));
    this.network.on("resize", () => this.fitted && this.fit());
    for (const event of ["dragStart", "zoom"]) this.network.on(event, () => (this.fitted = false));
    this.container.addEventListener("mousemove", (event) => this.hover(event));
    this.fit();
  }

  replace(set, items) {
    const ids = new Set(items.map((item) => item.id));
    set.remove(set.getIds().filter((id) => !ids.has(id)));
    set.update(items);
  }

  // What it looks like

  readColours() {
    const probe = document.createElement("span");
    this.container.append(probe);
    this.colours = {};
    for (const name of COLOURS) {
      probe.style.color = `var(${name})`;
      this.colours[name] = getComputedStyle(probe).color;
    }
    this.font = getComputedStyle(this.container).fontFamily;
    probe.remove();
  }

  restyle() {
    this.readColours();
    this.nodes.update(this.nodes.get().map((node) => this.dressNode(node)));
    this.edges.update(this.edges.get().map((edge) => this.dressEdge(edge)));
  }

  dressNode(node) {
    const { ink: name, shape } = GROUPS[node.group];
    const ink = this.colours[name];
    const region = node.group === "domaine";
    return {
      ...node,
      name: node.name ?? node.label,
      label: undefined,
      shape: shape ?? "dot",
      color: region ? "rgba(0,0,0,0)" : { background: ink, border: this.colours["--paper"] },
      opacity: this.isDim(node.id) ? 0.25 : 1,
      borderWidth: region ? 0 : 2,
    };
  }

  dressEdge(edge) {
    const { ink, width, dashes, opacity: opacityOf } = EDGES[edge.group];
    const near = this.focused.size > 0 && [edge.from, edge.to].some((end) => end === this.chosen || this.regions.get(end) === this.chosen);
    const dim = this.focused.size && !near;
    const opacity = dim ? 0.1 : near ? 1 : opacityOf;
    const sheaf = edge.group === "domaine" ? Math.min(edge.weight, 6) * 0.6 : 0;
    const id = `${edge.from} ${edge.to} ${edge.group}`;
    return { ...edge, id, width: width + sheaf + (near ? 1 : 0), dashes, color: { color: this.colours[ink], opacity, inherit: false } };
  }

  /** A node, those tied to it, and the regions where they lie. */
  focusOf(key) {
    if (!key || !this.regions.has(key)) return new Set();
    const near = [key, ...(this.around.get(key) ?? [])];
    const inside = [...this.regions].filter(([, region]) => region === key).map(([item]) => item);
    return new Set([...near, ...inside, ...near.map((one) => this.regions.get(one)).filter(Boolean)]);
  }

  isDim(key) {
    if (this.focused.size) return !this.focused.has(key);
    return this.matches.size > 0 && !this.matches.has(key) && ![...(this.around.get(key) ?? [])].some((other) => this.matches.has(other));
  }

  drawRegions(pen) {
    const scale = this.network.getScale();
    for (const region of this.nodes.get({ filter: (node) => node.group === "domaine" })) {
      pen.beginPath();
      pen.arc(region.x, region.y, region.size, 0, 2 * Math.PI);
      pen.globalAlpha = this.isDim(region.id) ? 0.5 : 1;
      pen.fillStyle = this.colours["--tint"];
      pen.fill();
      // Rivets all round.
      pen.strokeStyle = this.colours[region.id === this.chosen ? "--copper" : "--line"];
      pen.lineCap = "round";
      pen.lineWidth = Math.max(3, 2 / scale);
      pen.setLineDash([0, pen.lineWidth * 2.6]);
      pen.stroke();
      pen.setLineDash([]);
      pen.globalAlpha = 1;
    }
    pen.fillStyle = this.colours["--line"];
    for (const [x, y] of this.dust) {
      pen.beginPath();
      pen.arc(x, y, 3, 0, 2 * Math.PI);
      pen.fill();
    }
    this.drawTies(pen, scale);
  }

  /** Faint by default, the ties of what is under the pointer stand out. */
  drawTies(pen, scale) {
    const from = this.hovered && this.nodes.get(this.hovered);
    if (!from) return;
    pen.beginPath();
    for (const { x, y } of this.nodes.get([...(this.around.get(this.hovered) ?? [])])) {
      pen.moveTo(from.x, from.y);
      pen.lineTo(x, y);
    }
    Object.assign(pen, { strokeStyle: this.colours["--ink"], lineWidth: 1.5 / scale });
    pen.stroke();
  }

  drawNames(pen) {
    const unit = 1 / this.network.getScale();
    const corner = this.network.DOMtoCanvas({ x: 0, y: 0 });
    const end = this.network.DOMtoCanvas({ x: this.container.clientWidth, y: this.container.clientHeight });
    this.view = [corner.x, corner.y, end.x, end.y - TOOLS * unit];
    const nodes = this.nodes.get().filter((node) => this.isInView(node));
    for (const node of nodes) if (node.group === "structure" || node.group === "community") this.drawMark(pen, node);
    this.drawRing(pen, unit);
    const taken = nodes.filter((node) => node.group === "structure").map((node) => square(node.x, node.y, node.size * 0.75));
    const named = nodes.map((node) => [this.importance(node, unit), node]).filter(([rank]) => rank > 0);
    named.sort((a, b) => b[0] - a[0]);
    for (const [, node] of named) this.drawName(pen, node, unit, taken);
  }

  /** A structure's disc is stamped with its initials, inside a ring of rivets; one's own is ringed with flame. */
  drawMark(pen, { id, x, y, size, name, mine, group }) {
    pen.globalAlpha = this.isDim(id) ? 0.3 : 1;
    pen.strokeStyle = pen.fillStyle = this.colours["--on-colour"];
    pen.lineCap = "round";
    pen.lineWidth = size * 0.07;
    pen.setLineDash([0, (2 * Math.PI * size * 0.82) / 16]);
    pen.beginPath();
    pen.arc(x, y, size * 0.82, 0, 2 * Math.PI);
    pen.stroke();
    pen.setLineDash([]);
    pen.font = `700 ${size * 0.62}px ${this.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(group === "community" ? "+" : initials(name), x, y + size * 0.04);
    if (mine) this.ring(pen, x, y, size + 7, this.colours["--flame"], 8);
    pen.globalAlpha = 1;
  }

  drawRing(pen, unit) {
    for (const key of [this.hovered, this.chosen, this.centre]) {
      const node = key && this.nodes.get(key);
      if (node && node.group !== "domaine") this.ring(pen, node.x, node.y, node.size + 5 * unit, this.colours["--ink"], 2.5 * unit);
    }
  }

  ring(pen, x, y, radius, colour, width) {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke();
  }

  isInView({ x, y, size }) {
    return overlap(square(x, y, size), this.view);
  }

  /** The higher, the sooner written; 0 is not written at this zoom. Names never pile up: the first come stay. */
  importance(node, unit) {
    if (node.id === this.chosen || node.id === this.hovered) return 1000;
    if (this.isDim(node.id)) return 0;
    const near = this.focused.has(node.id) || this.matches.has(node.id);
    if (node.group === "structure") return (node.mine ? 400 : near ? 300 : this.byItems ? 50 : 100) + node.size;
    if (node.group === "community") return 100 + node.size;
    // After the structures, the large regions first; before the items.
    if (node.group === "domaine") return node.size > 20 * unit ? Math.min(20 + node.size / 4, 49) : 0;
    if (near) return 200;
    const ties = this.around.get(node.id)?.size ?? 0;
    return unit < (ties > 1 ? 1.6 : 1) ? 10 + ties : 0;
  }

  drawName(pen, node, unit, taken) {
    const { weight, letters, lines, size: large } = GROUPS[node.group];
    const size = this.upright ? large - 1.5 : large;
    const whole = node.id === this.chosen || node.id === this.hovered;
    const text = this.wrapped(node.name, letters, whole ? 6 : lines);
    const height = size * 1.15 * unit;
    pen.font = `${node.group === "domaine" ? "italic " : ""}${weight} ${size * unit}px ${this.font}`;
    const width = Math.max(...text.map((line) => pen.measureText(line).width));
    const places = boxesAround(node, width, height * text.length, 4 * unit);
    const free = places.find((place) => inside(place, this.view) && !taken.some((other) => overlap(place, other)));
    if (!free && !whole) return;
    const box = free ?? places[0];
    taken.push(box);
    Object.assign(pen, { textAlign: "center", textBaseline: "top", lineJoin: "round", lineWidth: 4 * unit });
    pen.strokeStyle = this.colours["--paper"];
    pen.fillStyle = this.colours[node.group === "domaine" && !whole ? "--soot" : "--ink"];
    const middle = (box[0] + box[2]) / 2;
    text.forEach((line, index) => {
      pen.strokeText(line, middle, box[1] + index * height);
      pen.fillText(line, middle, box[1] + index * height);
    });
  }

  wrapped(text, letters, most) {
    const key = `${most} ${letters} ${text}`;
    if (!this.texts.has(key)) this.texts.set(key, wrap(text, letters, most));
    return this.texts.get(key);
  }

  // What one does with it

  /** The node under a point of the drawing: small shapes first, each with some room around, then discs, then regions. */
  at({ x, y }) {
    const room = REACH / this.network.getScale();
    let best = "";
    let least = Infinity;
    for (const node of this.nodes.get()) {
      const distance = Math.hypot(node.x - x, node.y - y);
      const small = !["structure", "community", "domaine"].includes(node.group);
      const reach = small ? Math.max(node.size, room) : node.size;
      const order = distance / reach + (node.group === "domaine" ? 2 : 0);
      if (distance <= reach && order < least) [best, least] = [node.id, order];
    }
    return best;
  }

  hover({ offsetX, offsetY }) {
    const key = this.at(this.network.DOMtoCanvas({ x: offsetX, y: offsetY }));
    if (key === this.hovered) return;
    this.hovered = key;
    this.container.style.cursor = key ? "pointer" : "grab";
    this.network.redraw();
  }

  /** Show the choice at once, before the server has answered. */
  choose(key) {
    this.chosen = key;
    this.focused = this.focusOf(key);
    this.restyle();
  }

  zoom(factor) {
    this.fitted = false;
    this.network.moveTo({ scale: this.network.getScale() * factor, animation: calm(180) });
  }

  pan(x, y) {
    this.fitted = false;
    const scale = this.network.getScale();
    const position = this.network.getViewPosition();
    this.network.moveTo({ position: { x: position.x + x / scale, y: position.y + y / scale }, animation: calm(120) });
  }

  /** All of it in view, with room for names. */
  fit(keys, duration = 0) {
    const nodes = keys ? this.nodes.get(keys) : this.nodes.get();
    if (!nodes.length) return;
    const left = Math.min(...nodes.map((node) => node.x - node.size));
    const right = Math.max(...nodes.map((node) => node.x + node.size));
    const top = Math.min(...nodes.map((node) => node.y - node.size));
    const bottom = Math.max(...nodes.map((node) => node.y + node.size));
    const width = this.container.clientWidth - 60;
    const height = this.container.clientHeight - 60 - TOOLS;
    const scale = Math.max(0.02, Math.min(width / (right - left), height / (bottom - top), 1.4));
    const position = { x: (left + right) / 2, y: (top + bottom) / 2 + (TOOLS + 12) / 2 / scale };
    this.network.moveTo({ position, scale, animation: calm(duration) });
    this.fitted = !keys;
  }

  /** Bring a node into view, if it is not. */
  reveal(key) {
    const node = this.nodes.get(key);
    if (!node) return;
    const { x, y } = this.network.canvasToDOM({ x: node.x, y: node.y });
    const inside = x > 40 && y > 40 && x < this.container.clientWidth - 40 && y < this.container.clientHeight - 60;
    if (!inside) this.network.moveTo({ position: { x: node.x, y: node.y }, animation: calm(250) });
  }
}

function calm(duration) {
  return duration && !matchMedia("(prefers-reduced-motion: reduce)").matches ? { duration, easingFunction: "easeInOutQuad" } : false;
}

function neighbours(edges) {
  const around = new Map();
  for (const { from, to } of edges) {
    for (const [one, other] of [[from, to], [to, from]]) {
      around.set(one, (around.get(one) ?? new Set()).add(other));
    }
  }
  return around;
}

function square(x, y, half) {
  return [x - half, y - half, x + half, y + half];
}

/** Where a name of this width and height may be written beside its node, best first. */
function boxesAround({ x, y, size: inner, group, mine }, width, height, gap) {
  const size = mine ? inner + 11 : inner;
  const under = [x - width / 2, y + size + gap];
  const over = [x - width / 2, y - size - gap - height];
  const right = [x + size + gap, y - height / 2];
  const left = [x - size - gap - width, y - height / 2];
  const [near, far] = [x + size * 0.7, x - size * 0.7 - width];
  const aslant = [y + size * 0.7, y - size * 0.7 - height].flatMap((top) => [[near, top], [far, top]]);
  const across = (share) => [x - width / 2, y + share * size - height / 2];
  const places = group === "domaine" ? [across(-1), across(-0.5), across(0), across(1), over, under, across(0.5)] : [under, right, left, over, ...aslant];
  return places.map(([left, top]) => [left, top, left + width, top + height]);
}

function inside(box, view) {
  return box[0] >= view[0] && box[1] >= view[1] && box[2] <= view[2] && box[3] <= view[3];
}

function overlap(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

function initials(name) {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const telling = words.filter((word) => !SMALL_WORDS.has(word.toLowerCase()));
  return (telling.length ? telling : words).slice(0, 2).map((word) => word[0].toUpperCase()).join("");
}

/** `text` in at most `most` lines of about `letters` letters; what does not fit is an ellipsis. */
function wrap(text, letters, most) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const line = lines[lines.length - 1];
    if (line && line.length + word.length + 1 > letters) lines.push(word.slice(0, 2 * letters));
    else lines[lines.length - 1] = line ? `${line} ${word}` : word.slice(0, 2 * letters);
  }
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `${lines[most - 1].slice(0, letters - 1)}…`];
}
