// Draws the timeline of a case as SVG. Every word and every day's name comes in the data; text is only ever set as
// text. A click on a mark tells the page the mark's id, and the page decides where it leads.

const SVG = "http://www.w3.org/2000/svg";
const YEAR = 40;            // the name of a year with the space around it
const MARGIN = 28;          // left and right of the first and the last day
const HEADER = 46;          // months
const TITLE = 25;           // the row of a lane's title
const ROW = 35;             // a label of two lines
const APART = 34;           // between two meetings, so that neither hides the other and each can be hit
const NARROWEST = 1.6;      // pixels a day that keep a month's labels apart
const WIDEST = 16;
const states = new WeakMap();

const dayOf = (iso) => Date.parse(`${iso}T00:00:00Z`) / 86400000;

function draw(name, attributes, parent, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  parent?.appendChild(made);
  return made;
}

function make(name, className, parent, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  parent?.appendChild(made);
  return made;
}

// --- Shapes, shared by the picture and its legend -----------------------------------------------------------

function cross(parent, x, y, size) {
  for (const way of [1, -1]) {
    draw("line", { class: "cross", x1: x - size, y1: y - size * way, x2: x + size, y2: y + size * way }, parent);
  }
}

function meeting(parent, x, y, state, emergency, radius) {
  const isHeld = state === "held" || state === "consultation";
  const isGone = state === "missed" || state === "cancelled";
  parent.classList.toggle("full", isHeld);
  parent.classList.toggle("gone", isGone);
  parent.classList.toggle("called-off", state === "cancelled");
  parent.classList.toggle("unsure", state === "unsettled");
  parent.classList.toggle("emergency", emergency);
  if (emergency) {
    const reach = radius * 1.3;
    const points = `${x},${y - reach} ${x + reach},${y} ${x},${y + reach} ${x - reach},${y}`;
    draw("polygon", { class: "shape", points }, parent);
  } else {
    draw("circle", { class: "shape", cx: x, cy: y, r: radius }, parent);
  }
  if (isGone) cross(parent, x, y, radius * 0.42);
  if (state === "invited" || state === "in_progress") {
    draw("circle", { class: "inner", cx: x, cy: y, r: state === "invited" ? 3 : 6 }, parent);
  }
}

// His half above, hers below, as the lanes lie.
function time(parent, x, y, mark, radius) {
  const arc = (sweep) => `M ${x - radius} ${y} A ${radius} ${radius} 0 0 ${sweep} ${x + radius} ${y} Z`;
  draw("path", { class: `half his${mark.pp ? " on" : ""}`, d: arc(1) }, parent);
  draw("path", { class: `half hers${mark.vss ? " on" : ""}`, d: arc(0) }, parent);
  if (mark.state === "overdue") draw("circle", { class: "ring", cx: x, cy: y, r: radius + 3.5 }, parent);
}

function due(parent, x, y, isSettled, radius) {
  const points = `${x - radius},${y - radius * 0.9} ${x + radius},${y - radius * 0.9} ${x},${y + radius}`;
  draw("polygon", { class: `due${isSettled ? " settled" : ""}`, points }, parent);
}

function dot(parent, x, y, mark) {
  parent.classList.toggle("own", mark.own);
  if (mark.alert) draw("circle", { class: "ring", cx: x, cy: y, r: 11 }, parent);
  draw("circle", { class: `dot ${mark.lane}`, cx: x, cy: y, r: 7 }, parent);
}

// --- Labels that do not overlap -----------------------------------------------------------------------------

const pen = document.createElement("canvas").getContext("2d");

function textWidth(text, size, weight, family) {
  pen.font = `${weight} ${size}px ${family}`;
  return pen.measureText(text).width;
}

// The first row in which the box from left to right still finds place.
function rowFor(rows, left, right) {
  let row = rows.findIndex((end) => end + 10 < left);
  if (row < 0) row = rows.length;
  rows[row] = right;
  return row;
}

// Beside the line of today, so that it crosses no label; a mark on that day has its label to the right.
function clearOf(today, middle, mark, width) {
  const half = mark.wide / 2 + 6;
  if (Math.abs(middle - today) >= half) return middle;
  const right = mark.x >= today;
  const there = today + (right ? half : -half);
  return there - half < 0 ? today + half : there + half > width ? today - half : there;
}

function place(marks, width, family, today, beside) {
  const rows = [];
  for (const mark of marks) {
    const name = textWidth(mark.name, 14, 600, family);
    const day = textWidth(mark.day, 13, 400, family);
    if (beside) {
      mark.wide = name + 6 + day;
      const end = mark.x + 16 + mark.wide;
      const crossed = mark.x < today && today < end && mark.x - 16 - mark.wide > 0;
      const fits = end < width && !crossed;
      mark.left = fits ? mark.x + 16 : mark.x - 16 - mark.wide;
      mark.row = rowFor(rows, fits ? mark.x - 11 : mark.left, fits ? mark.left + mark.wide : mark.x + 11);
    } else {
      mark.wide = Math.max(name, day);
      const inside = Math.min(Math.max(mark.x, mark.wide / 2 + 6), width - mark.wide / 2 - 6);
      const middle = clearOf(today, inside, mark, width);
      mark.middle = middle;
      mark.row = rowFor(rows, middle - mark.wide / 2, middle + mark.wide / 2);
    }
  }
  return rows.length;
}

// Meetings of neighbouring days step aside: those before today to the left, those after it to the right. A line
// leads back to the day, and a closer look shows them where they are.
function spread(marks, today) {
  for (const mark of marks) mark.at = mark.x;
  const past = marks.filter((mark) => mark.x < today).reverse();
  const coming = marks.filter((mark) => mark.x >= today);
  const step = (side, way, start) => {
    let last = start;
    for (const mark of side) {
      const stands = Math.max(mark.x * way, last + APART);
      mark.x = stands * way;
      last = stands;
    }
  };
  step(coming, 1, -Infinity);
  step(past, -1, coming.length ? -coming[0].x : -Infinity);
}

// --- The picture --------------------------------------------------------------------------------------------

function layOut(data, state, family) {
  const first = dayOf(data.from);
  const days = dayOf(data.to) - first;
  const fit = (state.room - 2 * MARGIN) / days;
  state.least = Math.min(fit, NARROWEST);
  const scale = Math.min(Math.max(state.scale ?? Math.max(fit, NARROWEST), state.least), WIDEST);
  const width = Math.max(days * scale + 2 * MARGIN, state.room);
  const x = (iso) => MARGIN + (dayOf(iso) - first) * scale;
  const marks = data.marks.map((mark) => ({ ...mark, x: x(mark.on) }));
  const of = (lane, ...kinds) => marks.filter((mark) => mark.lane === lane && kinds.includes(mark.kind));

  const his = of("pp", "path");
  const hers = of("vss", "path");
  const today = x(data.today);
  spread(of("joint", "meeting", "meeting_due"), today);
  const times = of("joint", "t_point");
  const talks = of("joint", "meeting", "meeting_due");
  const rows = {
    his: place(his, width, family, today), hers: place(hers, width, family, today),
    times: place(times, width, family, today, true), talks: place(talks, width, family, today),
  };
  const y = Object.create(null);
  y.agreement = HEADER + 8;
  y.pp = HEADER + (data.agreements.length ? 36 : 0);
  y.his = y.pp + TITLE + Math.max(rows.his, 1) * ROW + 16;
  y.joint = y.his + 26;
  y.phase = y.joint + TITLE;
  y.times = y.phase + (data.phases.length ? 22 : 0) + 16;
  y.line = y.times + Math.max(rows.times, 1) * 28 + 18;
  y.vss = y.line + 32 + Math.max(rows.talks, 1) * ROW;
  y.hers = y.vss + TITLE + 18;
  y.end = y.hers + 22 + Math.max(rows.hers, 1) * ROW;
  return { scale, width, x, marks, his, hers, times, talks, y, today: x(data.today) };
}

function ground(svg, data, plan) {
  const { y, width, x } = plan;
  draw("rect", { class: "band-pp", x: 0, y: y.pp, width, height: y.joint - y.pp }, svg);
  draw("rect", { class: "band-vss", x: 0, y: y.vss, width, height: y.end - y.vss }, svg);
  data.phases.forEach((phase, index) => {
    const left = x(phase.on);
    const wide = Math.max((phase.until ? x(phase.until) : width) - left, 2);
    const group = link(svg, phase);
    const look = phase.state === "now" ? " now" : index % 2 ? " odd" : "";
    draw("rect", { class: `phase${look}`, x: left, y: y.phase, width: wide, height: y.vss - y.phase }, group);
    draw("rect", { class: "halo", x: left + 2, y: y.phase + 2, width: Math.max(wide - 4, 0), height: 20 }, group);
    sticky(plan, phase.name, "phase-name", left, wide, y.phase + 17, plan.family);
  });
  months(svg, data, plan);
  if (plan.scale > 3.2) {
    const monday = Math.ceil((dayOf(data.from) - 4) / 7) * 7 + 4; // day 4 of the epoch was a Monday
    for (let day = monday; day <= dayOf(data.to); day += 7) {
      const at = MARGIN + (day - dayOf(data.from)) * plan.scale;
      draw("line", { class: "week", x1: at, x2: at, y1: HEADER - 5, y2: HEADER }, svg);
    }
  }
  draw("line", { class: "month", x1: 0, x2: width, y1: HEADER, y2: HEADER }, svg);
}

// Above the months, so that it covers none.
function chip(data, plan) {
  const wide = textWidth(data.today_name, 13, 650, plan.family) + 18;
  return { left: Math.min(Math.max(plan.today - wide / 2, 2), plan.width - wide - 2), wide };
}

function months(svg, data, plan) {
  const { left, wide } = chip(data, plan);
  let free = -Infinity;
  for (const month of data.months) {
    const at = plan.x(month.on);
    draw("line", { class: "month", x1: at, x2: at, y1: HEADER - 8, y2: plan.y.end }, svg);
    if (at < free) continue;
    const isUnder = at + YEAR > left && at < left + wide;
    if (month.year && !isUnder) draw("text", { class: "year-name", x: at + 5, y: 16 }, svg, month.year);
    const name = month.year && isUnder ? `${month.name} ${month.year}` : month.name;
    draw("text", { class: "month-name", x: at + 5, y: 34 }, svg, name);
    free = at + (name === month.name ? 46 : 46 + YEAR);
  }
}

function shorten(text, room, family) {
  if (room < 30) return "";
  let kept = text;
  while (kept && textWidth(kept === text ? kept : `${kept}…`, 13, 600, family) > room) kept = kept.slice(0, -1);
  return kept.length > 3 || kept === text ? (kept === text ? text : `${kept.trimEnd()}…`) : "";
}

// A name that stays in sight while its bar is scrolled.
function sticky(plan, text, className, left, wide, y, family) {
  const name = shorten(text, wide - 14, family);
  if (!name) return;
  const made = draw("text", { class: `${className} sticky`, x: left + 8, y }, null, name);
  made.dataset.left = left + 8;
  made.dataset.right = left + wide - 6 - textWidth(name, 13, 600, family);
  plan.names.push(made); // drawn over the line of today; a click goes through it to its bar
}

function stick(view) {
  for (const text of view.scroll.querySelectorAll(".sticky")) {
    const first = Number(text.dataset.left);
    text.setAttribute("x", Math.max(first, Math.min(view.scroll.scrollLeft + 12, Number(text.dataset.right))));
  }
}

function agreements(svg, data, plan) {
  for (const one of data.agreements) {
    const left = plan.x(one.on);
    const wide = Math.max((one.until ? plan.x(one.until) : plan.width + 8) - left, 6);
    const group = link(svg, one);
    draw("rect", { class: `agreement ${one.state}`, x: left, y: plan.y.agreement, width: wide, height: 22, rx: 6 }, group);
    draw("rect", { class: "halo", x: left, y: plan.y.agreement, width: wide, height: 22, rx: 6 }, group);
    sticky(plan, one.name, "agreement-name", left, wide, plan.y.agreement + 16, plan.family);
  }
}

function lines(svg, plan) {
  const { y, width, today } = plan;
  const edge = Math.min(Math.max(today, 0), width);
  for (const [lane, at] of [["pp", y.his], ["joint", y.line], ["vss", y.hers]]) {
    draw("line", { class: `line ${lane}`, x1: 0, x2: edge, y1: at, y2: at }, svg);
    draw("line", { class: `line later ${lane}`, x1: edge, x2: width, y1: at, y2: at }, svg);
  }
}

function todayLine(svg, data, plan) {
  const { left, wide } = chip(data, plan);
  draw("line", { class: "today", x1: plan.today, x2: plan.today, y1: 20, y2: plan.y.end }, svg);
  draw("rect", { class: "today-chip", x: left, y: 0, width: wide, height: 21, rx: 6 }, svg);
  draw("text", { class: "today-name", x: left + 9, y: 15 }, svg, data.today_name);
}

// A mark that opens a page can be reached by the keyboard and says what it is; the rest stands in the table.
function link(svg, mark) {
  const group = draw("g", { class: `mark in-${mark.lane}` }, svg);
  if (mark.alert) group.classList.add("is-alert");
  group.dataset.told = JSON.stringify(mark.told);
  if (mark.open) {
    group.classList.add("link");
    group.dataset.id = mark.id;
    group.setAttribute("tabindex", "0");
    group.setAttribute("role", "link");
    group.setAttribute("aria-label", mark.told.join(", "));
  } else {
    group.setAttribute("aria-hidden", "true");
  }
  return group;
}

function label(group, mark, y) {
  const name = { class: "name", x: mark.middle, y, "text-anchor": "middle" };
  draw("text", name, group, mark.name);
  draw("text", { class: "day", x: mark.middle, y: y + 15, "text-anchor": "middle" }, group, mark.day);
}

function pathLabel(mark, at, isAbove) {
  return isAbove ? at - 31 - mark.row * ROW : at + 28 + mark.row * ROW;
}

// Drawn under all labels, so that none is crossed out.
function leaders(svg, plan) {
  const lead = (from, to, y1, y2) => draw("line", { class: "leader", x1: from, x2: to, y1, y2 }, svg);
  const { his, hers, times, talks, y } = plan;
  for (const mark of times) {
    draw("line", { class: "pole", x1: mark.x, x2: mark.x, y1: y.line - 24 - mark.row * 28, y2: y.line }, svg);
  }
  for (const mark of his) if (mark.row) lead(mark.x, mark.x, y.his, pathLabel(mark, y.his, true) + 18);
  for (const mark of hers) if (mark.row) lead(mark.x, mark.x, y.hers, pathLabel(mark, y.hers, false) - 13);
  for (const mark of talks) {
    if (mark.row) lead(mark.x, mark.x, y.line, y.line + 34 + mark.row * ROW - 13);
    if (mark.at !== mark.x) {
      draw("line", { class: "step-aside", x1: mark.at, x2: mark.at, y1: y.line - 16, y2: y.line - 6 }, svg);
    }
  }
}

function pathMark(svg, mark, at, isAbove) {
  const group = link(svg, mark);
  const labelY = pathLabel(mark, at, isAbove);
  dot(group, mark.x, at, mark);
  label(group, mark, labelY);
}

function timeMark(svg, mark, plan) {
  const { y } = plan;
  const at = y.line - 34 - mark.row * 28;
  const group = link(svg, mark);
  time(group, mark.x, at, mark, 9);
  draw("text", { class: "name", x: mark.left, y: at + 5 }, group, mark.name);
  const wide = textWidth(mark.name, 14, 600, plan.family);
  draw("text", { class: "day", x: mark.left + wide + 6, y: at + 5 }, group, mark.day);
}

function talkMark(svg, mark, plan) {
  const at = plan.y.line;
  const group = link(svg, mark);
  const labelY = at + 34 + mark.row * ROW;
  if (mark.kind === "meeting") meeting(group, mark.x, at, mark.state, mark.emergency, 11);
  else due(group, mark.x, at, mark.state === "meeting_planned", 10);
  draw("circle", { class: "halo", cx: mark.x, cy: at, r: 16 }, group);
  draw("circle", { class: "hit", cx: mark.x, cy: at, r: APART / 2 }, group);
  label(group, mark, labelY);
}

// Actions hang on the side of their lane that looks to the joint line.
function actionMark(svg, mark, plan) {
  const ends = { pp: [4, 18, plan.y.his], vss: [-18, -4, plan.y.hers], joint: [-14, -4, plan.y.line] };
  const [from, to, line] = ends[mark.lane];
  const group = link(svg, mark);
  draw("line", { class: "tick", x1: mark.x, x2: mark.x, y1: line + from, y2: line + to }, group);
  draw("rect", { class: "halo", x: mark.x - 7, y: line + from - 3, width: 14, height: to - from + 6, rx: 4 }, group);
  draw("rect", { class: "hit", x: mark.x - 8, y: line + from - 4, width: 16, height: to - from + 8 }, group);
}

function paint(view, data, state, open) {
  const family = getComputedStyle(view.box).fontFamily;
  const plan = { ...layOut(data, state, family), family, names: [] };
  state.plan = plan;
  const svg = draw("svg", {
    width: plan.width, height: plan.y.end, viewBox: `0 0 ${plan.width} ${plan.y.end}`,
    role: "group", "aria-label": data.words.picture,
  });
  ground(svg, data, plan);
  lines(svg, plan);
  agreements(svg, data, plan);
  todayLine(svg, data, plan);
  svg.append(...plan.names);
  leaders(svg, plan);
  for (const mark of plan.times) timeMark(svg, mark, plan);
  for (const mark of plan.his) pathMark(svg, mark, plan.y.his, true);
  for (const mark of plan.hers) pathMark(svg, mark, plan.y.hers, false);
  for (const mark of plan.talks) talkMark(svg, mark, plan);
  for (const mark of plan.marks) if (mark.kind === "action") actionMark(svg, mark, plan);
  view.scroll.replaceChildren(svg);
  for (const lane of ["pp", "joint", "vss"]) view.titles[lane].style.top = `${plan.y[lane] + 5}px`;
  listen(svg, view, open);
  stick(view);
  view.closer.disabled = plan.scale >= WIDEST;
  view.wider.disabled = plan.scale <= state.least + 0.001;
}

// --- What the hand and the keyboard do ----------------------------------------------------------------------

function showTip(view, group) {
  const told = JSON.parse(group.dataset.told);
  view.tip.replaceChildren();
  for (const line of told) make("p", "", view.tip, line);
  view.tip.hidden = false;
  const frame = view.frame.getBoundingClientRect();
  const shape = (group.querySelector(".halo") ?? group).getBoundingClientRect();
  const left = shape.left + shape.width / 2 - frame.left - view.tip.offsetWidth / 2;
  const above = shape.top - frame.top - view.tip.offsetHeight - 8;
  view.tip.style.left = `${Math.min(Math.max(left, 6), Math.max(frame.width - view.tip.offsetWidth - 6, 6))}px`;
  view.tip.style.top = `${above > 4 ? above : shape.bottom - frame.top + 8}px`;
}

function listen(svg, view, open) {
  const groupOf = (event) => event.target.closest?.(".mark");
  svg.addEventListener("pointerover", (event) => {
    const group = groupOf(event);
    if (group) showTip(view, group);
    else view.tip.hidden = true;
  });
  svg.addEventListener("pointerleave", () => { view.tip.hidden = true; });
  svg.addEventListener("focusin", (event) => {
    const group = groupOf(event);
    group?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
    if (group) showTip(view, group);
  });
  svg.addEventListener("focusout", () => { view.tip.hidden = true; });
  svg.addEventListener("click", (event) => {
    const id = groupOf(event)?.dataset.id;
    if (id) open(id);
  });
  svg.addEventListener("keydown", (event) => {
    const group = groupOf(event);
    if (!group) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      open(group.dataset.id);
    }
    if (event.key === "Escape") view.tip.hidden = true;
  });
}

function zoom(view, data, state, factor, open) {
  const middle = (view.scroll.scrollLeft + state.room / 2 - MARGIN) / state.plan.scale;
  state.scale = Math.min(Math.max(state.plan.scale * factor, state.least), WIDEST);
  paint(view, data, state, open);
  view.scroll.scrollLeft = middle * state.plan.scale + MARGIN - state.room / 2;
}

function toToday(view, state) {
  view.scroll.scrollLeft = state.plan.today - state.room * 0.55;
}

// --- Around it ----------------------------------------------------------------------------------------------

function button(bar, sign, name, act) {
  const made = make("button", "", bar, sign);
  made.type = "button";
  made.title = name;
  made.setAttribute("aria-label", name);
  made.addEventListener("click", act);
  return made;
}

const LEGEND = {
  held: (g) => meeting(g, 12, 12, "held", false, 8),
  planned: (g) => meeting(g, 12, 12, "planned", false, 8),
  missed: (g) => meeting(g, 12, 12, "missed", false, 8),
  emergency: (g) => meeting(g, 12, 12, "planned", true, 7),
  time: (g) => time(g, 12, 12, { pp: true, vss: false }, 8),
  due: (g) => due(g, 12, 12, false, 8),
  pp: (g) => dot(g, 12, 12, { lane: "pp", own: false }),
  vss: (g) => dot(g, 12, 12, { lane: "vss", own: false }),
  own_pp: (g) => dot(g, 12, 12, { lane: "pp", own: true }),
  own_vss: (g) => dot(g, 12, 12, { lane: "vss", own: true }),
  action: (g) => draw("line", { class: "tick", x1: 12, x2: 12, y1: 5, y2: 19 }, g),
};

function legend(box, rows) {
  const list = make("ul", "legend", box);
  for (const row of rows) {
    const item = make("li", "", list);
    const svg = draw("svg", { width: 24, height: 24, viewBox: "0 0 24 24", "aria-hidden": "true" }, item);
    LEGEND[row.shape](draw("g", {}, svg));
    make("span", "", item, row.name);
  }
}

function build(root, data, state, open) {
  const box = make("div", "timeline");
  const view = { box, titles: Object.create(null) };
  const bar = make("div", "bar", box);
  button(bar, data.words.now, data.words.now_help, () => toToday(view, state));
  view.wider = button(bar, "−", data.words.wider, () => zoom(view, data, state, 1 / 1.6, open));
  view.closer = button(bar, "+", data.words.closer, () => zoom(view, data, state, 1.6, open));
  view.frame = make("div", "frame", box);
  view.scroll = make("div", "scroll", view.frame);
  for (const lane of ["pp", "joint", "vss"]) {
    view.titles[lane] = make("div", `lane-title ${lane}`, view.frame, data.lanes[lane]);
  }
  view.tip = make("div", "tip", view.frame);
  view.tip.hidden = true;
  legend(box, data.legend);
  root.querySelector(".timeline")?.remove();
  root.appendChild(box);
  return view;
}

export default function (component) {
  const { parentElement: root, data, setTriggerValue } = component;
  const open = (id) => setTriggerValue("open", id);
  const state = states.get(root) ?? { scale: null, scroll: null };
  states.set(root, state);
  const written = JSON.stringify(data);
  if (state.written === written && root.querySelector(".timeline")) return state.stop;
  state.stop?.();
  state.written = written;
  const view = build(root, data, state, open);
  const show = () => {
    state.room = view.frame.clientWidth;
    if (!state.room) return;
    const before = view.scroll.scrollLeft;
    paint(view, data, state, open);
    if (state.seen) view.scroll.scrollLeft = before || state.scroll || 0;
    else toToday(view, state);
    state.seen = true;
  };
  view.scroll.addEventListener("scroll", () => { state.scroll = view.scroll.scrollLeft; view.tip.hidden = true; stick(view); });
  const watch = new ResizeObserver(() => { if (view.frame.clientWidth !== state.room) show(); });
  show();
  watch.observe(view.frame);
  state.stop = () => { watch.disconnect(); state.written = null; };
  return state.stop;
}
