// Lesson 10: a training to watch, to stop and to go on with.

const [WIDE, HIGH, LEFT, BELOW] = [330, 230, 34, 26]; // px, the chart and the room for its axes
const MANY = 14; // more columns than this leave no room for numbers

export function compute({ step, steps, points }) {
  return { share: steps ? Math.min(1, step / steps) : null, loss: points.at(-1) ?? null };
}

const WORDS = {
  ready: "ready to train", training: "training", stopped: "stopped", finished: "finished",
  failed: "failed",
};
const BUTTON = { ready: "start", training: "stop", stopped: "go on" };
// What the button says from the press until the kernel has answered: at once, while a step ends.
const PENDING = { ready: "starting …", training: "stopping …", stopped: "going on …" };

// Round steps of an axis from 0 to `end`, about `count` of them.
function ticks(end, count) {
  const rough = end / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, i) => i * step);
}

const whole = (x) => x.toLocaleString("en");

function build({ model }) {
  let asked = "";  // the state in which the button was pressed, until the kernel has answered
  const press = button("", () => {
    asked = model.get("state");
    model.send(asked === "training" ? "stop" : "go");
    press.textContent = PENDING[asked] ?? "";
  }, { ...arrowsAreMine });
  const fill = html("span", { class: "td-fill" });
  const progress = html("div", { class: "td-progress", role: "progressbar", "aria-valuemin": 0,
    "aria-valuemax": 100, "aria-label": "steps done" }, fill);
  const counted = html("span", { class: "td-counted" });
  const loss = html("b");
  const head = html("div", { class: "atc-controls td-head" }, press, progress, counted,
    html("p", { class: "td-loss" }, html("span", { class: "atc-muted" }, "loss "), loss,
      html("span", { class: "atc-muted" }, " nats")));

  const axes = svg("g");
  const line = svg("path", { class: "td-line" });
  const dot = svg("circle", { class: "td-dot", r: 4 });
  const chart = svg("svg", { class: "td-chart", role: "img", viewBox: `0 0 ${WIDE} ${HIGH}`,
    width: WIDE, height: HIGH }, axes, line, dot);
  const map = html("div", { class: "td-map" });
  const speech = voice();

  // A page that is closed or reloaded stops its training; opened again, the button goes on.
  // Firefox has cut the way to the kernel before it says "pagehide".
  const leave = () => model.get("state") === "training" && model.send("stop");
  const goodbye = "mozInnerScreenX" in window ? "beforeunload" : "pagehide";
  window.addEventListener(goodbye, leave);
  function stop() {
    window.removeEventListener(goodbye, leave);
    speech.stop();
  }

  let scale = "";
  function drawChart({ points, block, step: done, steps }) {
    const [right, top] = [steps || Math.max(done, 10), Math.max(...points, 1) * 1.04];
    const x = (step) => LEFT + ((WIDE - LEFT - 10) * step) / right;
    const y = (value) => HIGH - BELOW - ((HIGH - BELOW - 18) * value) / top;
    const words = `${right} ${top}`;
    if (scale !== words) {
      scale = words;
      const level = (value) => [
        svg("line", { class: "td-grid", x1: LEFT, x2: WIDE - 4, y1: y(value), y2: y(value) }),
        svg("text", { x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, fixed(value, value % 1 ? 1 : 0))];
      const at = (step) => svg("text", { x: x(step), y: HIGH - 8, "text-anchor":
        step > right * 0.95 ? "end" : "middle" }, whole(step));
      axes.replaceChildren(...ticks(top, 5).flatMap(level), ...ticks(right, 4).map(at),
        svg("text", { x: 0, y: 10 }, "loss in nats, by step"));
    }
    const place = (value, i) => [x(Math.min(i * block, done)), y(value)];
    const path = points.map(place).map(([a, b]) => `${a.toFixed(1)} ${b.toFixed(1)}`);
    set(line, { d: path.length > 1 ? `M${path.join("L")}` : null });
    const end = points.length ? place(points.at(-1), points.length - 1) : null;
    set(dot, { cx: end && end[0], cy: end && end[1], visibility: end ? null : "hidden" });
    set(chart, { "aria-label": points.length
      ? `loss curve from ${fixed(points[0])} to ${fixed(points.at(-1))} nats` : "no loss yet" });
  }

  let [shape, cells] = ["", []];
  function drawMap(weights, rows, columns) {
    if (!weights.length) return;
    const words = JSON.stringify([rows, columns]);
    if (words !== shape) {
      shape = words;
      cells = [];
      map.replaceChildren(makeTable(rows, columns, cells));
    }
    weights.forEach((row, i) => {
      const top = Math.max(...row);
      row.forEach((w, j) => {
        const cell = cells[i][j];
        cell.style.backgroundColor = shade(w);
        cell.classList.toggle("td-strong", w > 0.67);
        cell.firstChild.textContent = fixed(w).replace("0.", ".").replace("1.00", "1");
        cell.classList.toggle("td-top", w === top && w > 0);
        cell.classList.toggle("td-zero", w < 0.005);
      });
    });
  }

  function draw() {
    const names = ["step", "steps", "points", "block", "state", "map", "rows", "columns"];
    const state = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    const found = compute(state);
    if (state.state !== asked) asked = "";
    press.textContent = (asked ? PENDING : BUTTON)[state.state] ?? "";
    press.hidden = !press.textContent;
    const percentage = Math.round(100 * (found.share ?? 0));
    fill.style.width = `${percentage}%`;
    set(progress, { "aria-valuenow": percentage });
    progress.hidden = found.share === null;
    counted.textContent = `${whole(state.step)}${state.steps ? ` of ${whole(state.steps)}` : ""} steps`;
    loss.textContent = found.loss === null ? "–" : fixed(found.loss);
    drawChart(state);
    drawMap(state.map, state.rows, state.columns);
    const result = found.loss === null ? "" : `; loss ${fixed(found.loss)} nats`;
    speech.say(`${counted.textContent}, ${WORDS[state.state] ?? state.state}${result}.`);
  }

  return { children: [head, html("div", { class: "td-both" }, chart, map), speech.element], draw,
    stop };
}

// A real table, so that a screen reader can walk through it.
function makeTable(rows, columns, cells) {
  const small = columns.length > MANY;
  const upright = small || columns.some((words) => words.length > 4);
  const name = (words, scope) => html("th", { scope },
    html("span", { class: "atc-name", dir: "auto", title: words }, words));
  const body = rows.map((row, i) => {
    cells.push(columns.map((column) => html("td", { title: `${row} · ${column}` },
      html("span"))));
    return html("tr", {}, name(row, "row"), ...cells[i]);
  });
  const kind = `td-table${small ? " td-small" : ""}${upright ? " td-upright" : ""}`;
  return html("table", { class: kind, "aria-label": "attention map",
    style: `--wide: ${Math.round(clamp(290 / columns.length, 25, 36))}px` },
    html("thead", {}, html("tr", {}, html("td"), ...columns.map((c) => name(c, "col")))),
    html("tbody", {}, ...body));
}

export default { render: explorer({
  label: "training dashboard",
  traits: ["step", "points", "state", "map", "warning"],
  controls: [],
  build,
}) };
