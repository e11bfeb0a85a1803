// Lesson 10: type a sentence, see its translation, where each word was read, what it just beat.

const LONGEST = 2000; // characters that can be typed
const PATIENCE = 150; // ms; a translation that takes longer is announced, a sooner one just comes

export function compute({ weights, word }) {
  const row = weights[word] ?? [];
  const order = row.map((_, j) => j).sort((a, b) => row[b] - row[a] || a - b);
  return { row, order };
}

// The word that is being typed at a place of the text: where it begins and ends.
function wordAt(text, place) {
  const [before, after] = [text.slice(0, place), text.slice(place)];
  const start = place - before.match(/[\p{L}\p{N}'’-]*$/u)[0].length;
  return [start, place + after.match(/^[\p{L}\p{N}'’-]*/u)[0].length];
}

function build({ model, put }) {
  const words = model.get("words");
  const listId = unique();
  const input = html("input", { type: "text", class: "te-input", maxlength: LONGEST, dir: "auto",
    "aria-label": "sentence to translate", spellcheck: "false", autocomplete: "off",
    ...(words.length ? { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "true",
      "aria-controls": listId } : {}),
    ...arrowsAreMine });
  const go = button("translate", () => submit(), { class: "atc-button te-go", ...arrowsAreMine });
  const options = words.map((word) => html("span", { id: unique(), role: "option", class: "te-word",
    "aria-selected": "false", dir: "auto",
    onpointerdown: (event) => event.preventDefault(), // the text keeps the focus and its place
    onclick: () => pick(word) }, word));
  const list = html("div", { id: listId, role: "listbox", class: "te-words",
    "aria-label": "known words", tabindex: "-1" }, ...options); // the arrows in the text walk it
  let [active, patience] = [-1, null];

  function submit() {
    mark(-1);
    if (input.value === model.get("text")) return;
    put({ text: input.value });
    clearTimeout(patience);
    patience = setTimeout(() => speech.say("translating …"), PATIENCE);
  }

  const offered = () => options.filter((option) => !option.hidden);

  function mark(place) {
    if (place < 0 && active < 0) return null; // nothing was marked: an attribute set costs a frame
    const shown = offered();
    active = shown.length && place >= 0 ? place % shown.length : -1;
    options.forEach((option) => set(option, { "aria-selected": "false" }));
    if (active < 0) return set(input, { "aria-activedescendant": null });
    set(shown[active], { "aria-selected": "true" });
    list.scrollTop = shown[active].offsetTop - list.clientHeight / 2 + 10;
    return set(input, { "aria-activedescendant": shown[active].id });
  }

  function offer() {
    const place = input.selectionStart ?? input.value.length;
    const typed = input.value.slice(wordAt(input.value, place)[0], place).toLowerCase();
    options.forEach((option, i) => { option.hidden = !words[i].toLowerCase().startsWith(typed); });
    list.hidden = !offered().length;
    if (words.length) set(input, { "aria-expanded": String(!list.hidden) });
    mark(-1);
  }

  function pick(word) {
    const [text, place] = [input.value, input.selectionStart ?? input.value.length];
    const [start, end] = wordAt(text, place);
    const before = text.slice(0, start);
    const isWord = /[\p{L}\p{N}]/u.test(word);
    const gap = isWord ? before.replace(/(\S)$/u, "$1 ") : before.trimEnd();
    const shown = gap ? word : word.slice(0, 1).toUpperCase() + word.slice(1);
    const rest = text.slice(end);
    const made = gap + shown + (isWord && !/^[\s.!?…]/u.test(rest) ? " " : "");
    input.value = made + rest;
    input.setSelectionRange(made.length, made.length);
    input.focus();
    offer();
  }

  input.addEventListener("input", offer);
  input.addEventListener("click", offer);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) mark(active < 0 && by < 0 ? offered().length - 1 : Math.max(-1, active + by));
    else if (event.key === "Escape" && active >= 0) mark(-1);
    else if (event.key === "Enter") {
      const chosen = offered()[active];
      if (chosen) pick(chosen.textContent); else submit();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const target = html("div", { class: "te-target", role: "radiogroup",
    "aria-label": "words of the translation" });
  const source = html("div", { class: "te-source", role: "list",
    "aria-label": "weights of the words it was read from" });
  const others = html("ol", { class: "te-others" });
  const beaten = html("div", { class: "te-beaten" },
    html("p", { class: "te-head" }, "likeliest at this step"), others);
  const problem = html("p", { class: "atc-warning te-problem", role: "alert" });
  const line = (words, part) => html("div", { class: "te-line" },
    html("span", { class: "te-head", "aria-hidden": "true" }, words), part);
  const read = line("read from", source);
  const result = html("div", { class: "te-result" },
    html("div", { class: "te-sentences" }, line("translation", target), read), beaten);
  const speech = voice();

  let [radios, cells, known, turn] = [[], [], "", null];
  // The words of a translation are made anew only when it is another one.
  function makeWords(state) {
    const now = JSON.stringify([state.target, state.source]);
    if (now === known) return;
    known = now;
    const group = unique();
    radios = state.target.map((_, i) => html("input", { type: "radio", name: group,
      onchange: () => put({ word: i }), ...arrowsAreMine }));
    target.replaceChildren(...state.target.map((word, i) => html("label", {
      onpointermove: ({ pointerType, movementX, movementY }) => {
        const moved = pointerType === "mouse" && (movementX || movementY);
        if (moved && model.get("word") !== i) put({ word: i });
      },
    }, radios[i], html("span", { class: "atc-name", dir: "auto", title: word }, word))));
    cells = state.source.map((word) => {
      const share = html("span", { class: "te-share" });
      const cell = html("span", { class: "te-cell", role: "listitem" },
        html("span", { class: "atc-name", dir: "auto", title: word }, word), share);
      return { cell, share };
    });
    source.replaceChildren(...cells.map(({ cell }) => cell));
  }

  function drawOthers(steps, chosen) {
    beaten.hidden = !steps?.length;
    others.replaceChildren(...(steps ?? []).map(([word, p]) => {
      const length = bar(90);
      length.put(p);
      return html("li", { class: word === chosen ? "te-taken" : "" },
        html("span", { class: "atc-name", dir: "auto", title: word }, word), length.element);
    }));
  }

  function draw() {
    const names = ["text", "translated", "source", "target", "weights", "alternatives", "word",
      "problem"];
    const state = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    if (turn !== model.get("turn")) {
      const another = turn === null || input.value !== state.text;
      turn = model.get("turn");
      clearTimeout(patience);
      if (another) {
        input.value = state.text;
        offer();
      }
    }
    problem.hidden = !state.problem;
    problem.textContent = state.problem;
    result.hidden = Boolean(state.problem) || !state.target.length;
    if (result.hidden) {
      return speech.say(state.problem ? "No translation." : "The translation is empty.");
    }
    makeWords(state);
    const { row, order } = compute(state);
    radios.forEach((radio, i) => { radio.checked = i === state.word; });
    read.hidden = !row.length;
    cells.forEach(({ cell, share }, j) => {
      const w = row[j] ?? 0;
      cell.style.setProperty("--share", `${(55 * w).toFixed(1)}%`);
      cell.classList.toggle("te-top", j === order[0] && w > 0);
      share.textContent = percent(w);
    });
    const steps = state.alternatives[state.word];
    drawOthers(steps, state.target[state.word]);
    return speech.say(...sentence(state, row, order, steps));
  }

  function stop() {
    clearTimeout(patience);
    speech.stop();
  }

  return { children: [html("div", { class: "te-type" }, input, go), ...(words.length ? [list] : []),
    problem, result, speech.element], draw, stop };
}

// The sentence below the picture; who hears it is told the whole translation before its first word.
function sentence({ target, source, word, translated }, row, order, steps) {
  const name = target[word];
  const whole = word ? [] : [html("span", { class: "atc-unseen" }, "“", token(translated), "” ")];
  const read = row[order[0]] ? [" was read from “", token(source[order[0]]),
    `” ${percent(row[order[0]])}`] : [];
  const own = steps?.find(([w]) => w === name);
  const next = steps?.find(([w]) => w !== name);
  const sure = own ? [read.length ? "; its probability is " : " has the probability ",
    percent(own[1])] : [];
  const beat = next ? [", that of “", token(next[0]), `” ${percent(next[1])}`] : [];
  return [...whole, "“", token(name), "”", ...read, ...sure, ...beat, "."];
}

export default { render: explorer({
  label: "translation explorer",
  traits: ["turn"],
  controls: ["word"],
  build,
}) };
