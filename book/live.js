// The live parts of the book's pages. What a reader types goes to Scotoma itself, compiled to WebAssembly (module.js); this
// file only asks and shows. It computes nothing of its own. Without it the pages are whole.
"use strict";
(() => {
  // ---- The module, in a worker: a long question does not hold the page, and can be ended. ----

  const PATIENCE = 20000; // Milliseconds; what takes longer belongs in a terminal.

  // Runs in the worker. Its first message is the module, each later one a question.
  function inside() {
    let scotoma;
    const say = text => {
      const bytes = new TextEncoder().encode(text);
      const at = scotoma.reserve(bytes.length); // Memory may move here, so its buffer is asked for afterwards.
      new Uint8Array(scotoma.memory.buffer, at, bytes.length).set(bytes);
      const length = scotoma.answer();
      return new TextDecoder().decode(new Uint8Array(scotoma.memory.buffer, scotoma.reply(), length));
    };
    let chain = Promise.resolve();
    onmessage = ({data}) => {
      chain = chain.then(async () => {
        try {
          if (data.module) scotoma = (await WebAssembly.instantiate(data.module, {})).instance.exports;
          else postMessage({id: data.id, answer: say(data.question)});
        } catch (error) {
          postMessage({id: data.id, broken: String(error)});
        }
      });
    };
  }

  let worker = null, module = null, last = 0;
  const open = new Map();

  const bytes = () => module ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = "module.js";
    script.onload = () => {
      const packed = new Blob([Uint8Array.from(atob(window.scotomaModule), c => c.charCodeAt(0))]);
      done(new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
    };
    script.onerror = () => fail(new Error("module.js is not beside this page"));
    document.head.append(script);
  });

  async function start() {
    const source = URL.createObjectURL(new Blob([`(${inside})()`], {type: "text/javascript"}));
    const started = new Worker(source);
    started.onmessage = ({data}) => {
      const waiting = open.get(data.id);
      if (data.broken) stop(`Scotoma stopped in the page: ${data.broken}. The terminal has more room.`);
      else if (waiting) { open.delete(data.id); waiting(JSON.parse(data.answer)); }
    };
    started.postMessage({module: await bytes()});
    return started;
  }

  function stop(why) {
    worker?.then(running => running.terminate());
    worker = null;
    const waiting = [...open.values()];
    open.clear();
    waiting.forEach(answer => answer({error: why}));
  }

  async function ask(question) {
    let running;
    try { running = await (worker ??= start()); }
    catch (error) { worker = null; return {error: String(error)}; }
    return new Promise(done => {
      const id = ++last;
      const timer = setTimeout(() => stop("This takes longer than a page waits. The terminal waits longer."), PATIENCE);
      open.set(id, answer => { clearTimeout(timer); done(answer); });
      running.postMessage({id, question: JSON.stringify(question)});
    });
  }

  // Of answers that come late only the one to the last question is shown.
  function latest(show) {
    let asked = 0;
    return async question => {
      const mine = ++asked;
      const answer = await ask(question);
      if (mine === asked) show(answer);
    };
  }

  const soon = (wait, act) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(act, wait); }; };

  // ---- Building elements. Text stays text. ----

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made[key] = value;
      else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children.flat().filter(child => child !== null && child !== undefined));
    return made;
  }

  function drawing(name, attributes = {}, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  const many = (n, thing) => `${n} ${thing}${n === 1 ? "" : "s"}`;
  const quoted = text => `\u201c${text}\u201d`;
  const signed = (weight, first) =>
    weight.startsWith("-") ? `\u2212${weight === "-1" ? "" : weight.slice(1) + " "}` : `${first ? "" : "+"}${weight === "1" ? "" : weight + " "}`;
  const sum = (terms, name) => terms.map(([index, weight], at) => `${signed(weight, at === 0)}${name(index)}`).join(" ");
  const trouble = answer => element("pre", {class: "trouble", role: "alert"}, answer.error);

  function scrolled(label, table) {
    return element("div", {class: "scroll", tabindex: 0, role: "group", "aria-label": label}, table);
  }

  // ---- Captions ----

  function captions(box) {
    const field = name => box.querySelector(`[name=${name}]`), out = box.querySelector(".answer");
    let seed = 1;
    const show = latest(answer => out.replaceChildren(...(answer.error ? [trouble(answer)] : [
      verdicts(answer), matrixOfCaptions(answer), embeddings(answer), ...answer.warnings.map(text => element("p", {class: "fine"}, text)),
    ])));
    const run = () => show({ask: "captions", features: field("features").value, training: field("training").value, edits: field("edits").value, seed});
    box.addEventListener("input", soon(250, run));
    field("turn").onclick = () => { seed += 1; run(); };
    run();
  }

  function verdicts(answer) {
    const {ranks} = answer;
    const said = (edit, {fate, combination, readout}) => {
      const change = `${quoted(edit.caption)} \u2192 ${quoted(edit.negative)}`;
      const why = fate === "collapsed" ? "the features do not change, so every encoder over them is blind."
        : fate === "identified" ? `training says it already: the change is ${sum(combination, index => quoted(answer.training[index]))}, so every optimal encoder agrees.`
        : `the readout ${sum(readout, index => `[${answer.features[index].replace(/^(\S+)<(\S+)$/, "$1 before $2")}]`)} is 0 on every training caption and not on the edit, so some optimal encoder is blind to it.`;
      return element("li", {class: `fate ${fate}`}, element("b", {}, fate), ` ${change}: ${why}`);
    };
    return element("div", {},
      element("ul", {class: "fates"}, answer.edits.map((edit, index) => said(edit, answer.fates[index]))),
      element("p", {class: "ranks"}, `${many(answer.training.length, "training caption")}, ${many(answer.features.length, "feature")}; rank S is ${ranks.training}, rank [S D] is ${ranks.joint}, so the deficit is ${answer.deficit}: `
        + (answer.deficit === 0 ? "training settles every edit that the features see." : `${many(answer.deficit, "hard negative")} would settle all of them.`)));
  }

  function matrixOfCaptions(answer) {
    const {S, D, features} = answer;
    const entry = (row, feature) => (row.find(([index]) => index === feature) ?? [0, 0])[1];
    const moved = features.map((_, feature) => D.some(row => entry(row, feature) !== 0));
    const order = features.map((_, index) => index).sort((a, b) => moved[b] - moved[a] || a - b);
    const LONGEST = 60;
    const cell = (value, changed) => element("td", {class: changed && value !== 0 ? "differs" : value === 0 ? "zero" : null}, String(value).replace("-", "\u2212"));
    const head = element("tr", {}, element("td", {}), S.map((_, i) => element("th", {scope: "col", title: answer.training[i]}, `S${i + 1}`)), D.map((_, i) => element("th", {scope: "col", class: "edit", title: answer.edits[i].negative}, `D${i + 1}`)));
    const row = feature => element("tr", {}, element("th", {scope: "row"}, features[feature]), S.map(s => cell(entry(s, feature), false)), D.map(d => cell(entry(d, feature), true)));
    return element("details", {class: "of-captions", open: true},
      element("summary", {}, "S and D: a row a feature, a column a training caption or an edit"),
      scrolled("S and D", element("table", {class: "labelled"}, element("thead", {}, head), element("tbody", {}, order.slice(0, LONGEST).map(row)))),
      features.length > LONGEST ? element("p", {class: "fine"}, `${features.length - LONGEST} more rows, which ${answer.edits.length === 1 ? "the edit leaves" : "the edits leave"} as they are or which do not fit here.`) : null,
      element("ol", {class: "columns-of"}, answer.training.map(text => element("li", {}, text))));
  }

  function embeddings(answer) {
    const {training, optimal, blind, dropped} = answer.embeddings;
    const all = [...training, ...optimal, ...(blind ?? [])];
    const [WIDE, HIGH, EDGE] = [520, 300, 30];
    const range = at => { const list = all.map(p => p[at]); return [Math.min(...list), Math.max(...list, Math.min(...list) + 1)]; };
    const [[x0, x1], [y0, y1]] = [range(0), range(1)];
    const place = ([x, y]) => [EDGE + (x - x0) / (x1 - x0) * (WIDE - 2 * EDGE), HIGH - EDGE - (y - y0) / (y1 - y0) * (HIGH - 2 * EDGE)];
    const dot = (kind, at, name, title, shift) => {
      const [x, y] = place(at);
      return drawing("g", {class: kind}, drawing("title", {}, title), drawing("circle", {cx: x, cy: y, r: kind === "blind" ? 11 : 7}), drawing("text", {x: x + shift[0], y: y + shift[1]}, name));
    };
    const line = (from, to) => { const [[a, b], [c, d]] = [place(from), place(to)]; return drawing("path", {class: "moves", d: `M${a} ${b}L${c} ${d}`}); };
    const blinded = answer.edits.map((_, i) => i).filter(i => blind && !dropped.includes(i));
    const svg = drawing("svg", {viewBox: `0 0 ${WIDE} ${HIGH}`, class: "picture points", role: "img", "aria-label": "Where the two encoders put each caption"},
      ...blinded.map(i => line(optimal[i], blind[i])),
      ...training.map((p, i) => dot("trained", p, `S${i + 1}`, answer.training[i], [-6, -12])),
      ...optimal.map((p, i) => dot("optimal", p, `D${i + 1}`, `${answer.edits[i].negative}, true-optimal`, [10, 5])),
      ...blinded.map(i => dot("blind", blind[i], `D${i + 1}`, `${answer.edits[i].negative}, pseudo-optimal`, [13, 16])));
    const caption = !blind ? "No encoder is right on training and blind to all of these."
      : "Full: training captions, where both encoders agree. Hollow: each edited caption under the true-optimal encoder. Ring: the same under an encoder that agrees on all training captions and is blind"
        + (dropped.length ? ` to all edits but ${dropped.map(i => `D${i + 1}`).join(", ")}.` : " to every edit: each ring lies on its original.");
    return element("figure", {}, svg, element("figcaption", {}, caption));
  }

  // ---- Proofs and statements ----

  function proof(box) {
    const text = box.querySelector("textarea"), out = box.querySelector(".answer");
    const starter = text.value, {file, asked} = box.dataset;
    const show = latest(answer => out.replaceChildren(...(answer.error ? [trouble(answer)] : judged(answer, asked !== undefined))));
    const run = () => show({ask: "check", file, text: text.value, asked: asked ?? null});
    text.addEventListener("input", soon(400, run));
    box.querySelector("[name=check]").onclick = run;
    box.querySelector("[name=again]").onclick = () => { text.value = starter; run(); };
    const search = box.querySelector("[name=refute]");
    if (search) search.onclick = () => {
      out.replaceChildren(element("p", {class: "fine"}, "Searching \u2026"));
      latest(answer => out.replaceChildren(...(answer.error ? [trouble(answer)] : refuted(answer))))({ask: "refute", file, text: text.value});
    };
  }

  function judged(answer, exercise) {
    if (answer.verdict === "holds") {
      const steps = answer.proved.reduce((n, theorem) => n + theorem.steps, 0);
      const rests = answer.proved.flatMap(theorem => theorem.theorems);
      return [element("p", {class: "solved"}, `${exercise ? "Solved. " : ""}The kernel accepts it: ${many(steps, "step")}${rests.length ? `, resting on ${rests.join(", ")}` : ""}.`)];
    }
    return answer.diagnostics.map(found => element("pre", {class: "diagnostic"}, found.text));
  }

  function refuted(answer) {
    if (!answer.instance) return [element("p", {}, `No counterexample among ${many(answer.examined, "set")} of matrices that satisfy the assumptions.`)];
    return [element("p", {class: "broken"}, "It is false. On these matrices every assumption holds, and the conclusion does not:"), readOnly(answer.instance)];
  }

  // ---- Matrices ----

  // Names of rows and columns show where there is one for each.
  function grid(rows, columns, name, changed, names) {
    if (rows.length === 0 || columns === 0) return element("span", {class: "empty"}, `${rows.length} \u00d7 ${columns}`);
    const above = names?.columns?.length === columns ? names.columns : null, beside = names?.rows?.length === rows.length ? names.rows : null;
    const named = (text, scope) => text ? element("th", {scope}, text) : element("td", {class: "nameless"});
    const of = (list, at, kind) => list?.[at] || `${kind} ${at + 1}`;
    const cell = (value, i, j) => element("td", {}, changed
      ? element("input", {value, inputmode: "text", autocomplete: "off", spellcheck: "false", "aria-label": `${name}, ${of(beside, i, "row")}, ${of(above, j, "column")}`, oninput: event => changed(i, j, event.target.value)})
      : value.replace("-", "\u2212"));
    const head = above && element("thead", {}, element("tr", {}, beside && element("td"), above.map(text => named(text, "col"))));
    const line = (row, i) => element("tr", {}, beside && named(beside[i], "row"), row.map((value, j) => cell(value, i, j)));
    return element("table", {class: "matrix", role: above || beside ? null : "presentation"}, head, element("tbody", {}, rows.map(line)));
  }

  const labelled = (name, shown) => element("span", {class: "named"}, element("i", {}, name), " = ", shown);

  function readOnly(instance) {
    return element("div", {class: "live-matrices"},
      element("p", {class: "fine"}, `Dimensions: ${instance.spaces.map(space => `${space.name} ${space.n}`).join(", ")}`),
      instance.maps.map(map => labelled(map.name, grid(map.rows, map.columns, map.name))));
  }

  function matrices(box) {
    const out = box.querySelector(".answer"), edit = box.querySelector(".edit"), without = box.querySelector("[name=without]");
    const {theorem} = box.dataset, names = JSON.parse(box.dataset.labels);
    let typed = JSON.parse(box.dataset.instance), drawn = null, seed = 0;

    const show = latest(answer => {
      out.replaceChildren(...(answer.error ? [trouble(answer)] : evaluated(answer, without.value)));
      if (!answer.error && shapes(answer.instance) !== drawn) layOut(answer.instance);
    });
    const run = () => show({ask: "evaluate", theorem, without: without.value || null, ...typed});
    const later = soon(200, run);
    const shapes = instance => JSON.stringify([instance.spaces, instance.families.map(f => f.members.length), instance.maps.map(m => [m.name, m.columns, m.rows.length, m.role === "any" ? 0 : m.rows, m.letters])]);

    const take = instance => {
      typed = {dims: {}, families: {}, maps: {}, words: {}};
      instance.spaces.forEach(space => typed.dims[space.name] = space.n);
      instance.families.forEach(family => typed.families[family.name] = family.members);
      instance.maps.forEach(map => { if (map.role === "any") typed.maps[map.name] = map.rows; else typed.words[map.name] = map.letters; });
    };

    function layOut(instance) {
      drawn = shapes(instance);
      take(instance);
      const size = space => element("label", {}, space.name, element("input", {type: "number", min: 0, max: 6, value: space.n, oninput: event => {
        const n = event.target.valueAsNumber;
        if (Number.isInteger(n) && n >= 0 && n <= 6) { typed.dims[space.name] = n; later(); }
      }}));
      const family = ({name, size, members}) => element("div", {class: "family"},
        members.map((rows, at) => labelled(`${name}${at + 1}`, grid(rows, size, `${name}${at + 1}`, (i, j, value) => { typed.families[name][at][i][j] = value; later(); }))),
        element("button", {type: "button", onclick: () => { typed.families[name].push([]); run(); }}, `Another member of ${name}`),
        members.length ? element("button", {type: "button", onclick: () => { typed.families[name].pop(); run(); }}, "One less") : null);
      const spelling = map => element("label", {class: "word"}, `${map.name}, ${map.role === "word" ? `letters of ${map.over} from 1, in writing order` : `which member of ${map.over}`}: `,
        element("input", {value: map.letters.map(letter => letter + 1).join(" "), autocomplete: "off", oninput: event => {
          const letters = event.target.value.trim().split(/[ ,]+/).filter(Boolean).map(text => Number(text) - 1);
          if (letters.every(letter => Number.isInteger(letter) && letter >= 0)) { typed.words[map.name] = letters; later(); }
        }}));
      const one = map => map.role === "any"
        ? labelled(map.name, grid(map.rows, map.columns, map.name, (i, j, value) => { typed.maps[map.name][i][j] = value; later(); }, names[map.name]))
        : element("div", {}, spelling(map), labelled(map.name, grid(map.rows, map.columns, map.name)));
      edit.replaceChildren(
        element("fieldset", {class: "sizes"}, element("legend", {}, "Dimensions"), instance.spaces.map(size)),
        element("div", {class: "live-matrices"}, instance.families.map(family), instance.maps.map(one)));
    }

    without.addEventListener("change", run);
    box.querySelector("[name=draw]").onclick = () => latest(answer => {
      if (answer.error) out.replaceChildren(trouble(answer));
      else { layOut(answer.instance); run(); }
    })({ask: "draw", theorem, seed: seed++});
    run();
  }

  function evaluated(answer, without) {
    const word = {holds: "holds", fails: "does not hold", undecided: "is not decided"};
    const mark = {holds: "holds", fails: "fails", undecided: "open"};
    const detail = said => {
      if (said.verdict === "undecided") return [`: ${said.why}`];
      if (said.verdict === "holds") return said.witness?.length ? [": with ", ...said.witness.map(w => labelled(w.name, grid(w.rows, w.columns, w.name)))] : [];
      const at = said.at.length ? [" at ", ...said.at.map(w => labelled(w.name, grid(w.rows, w.columns, w.name)))] : [];
      const sides = said.sides ? [": ", grid(said.sides.left, said.sides.columns, "left"), ` is not ${said.sides.relation} `, grid(said.sides.right, said.sides.columns, "right")] : said.none ? [": no map does it"] : [];
      return [...at, ...sides];
    };
    const line = (name, said, off) => element("li", {class: mark[said.verdict]}, element("b", {}, name.replaceAll("-", " ")), ` ${word[said.verdict]}`, off ? " (switched off)" : "", ...detail(said));
    const end = answer.refutes && without ? element("p", {class: "broken"}, `A counterexample of your own: everything but ${without.replaceAll("-", " ")} holds, and the conclusion fails. The assumption is needed.`)
      : answer.refutes ? element("p", {class: "broken"}, "A counterexample: every assumption holds, and the conclusion fails.")
      : answer.applies && answer.conclusion.verdict === "holds" ? element("p", {class: "solved"}, without ? "The conclusion holds here even so. Look for matrices where it does not." : "Every assumption holds, and so does the conclusion, as the theorem says.")
      : answer.applies ? null : element("p", {class: "fine"}, `The theorem says nothing of these matrices: an assumption${without ? " that is not switched off" : ""} does not hold.`);
    return [element("ul", {class: "verdicts"}, answer.assumptions.map(({name, said}) => line(name, said, name === without)), line("the conclusion", answer.conclusion, false)), end].filter(Boolean);
  }

  // ---- Search ----

  function filter(box) {
    const field = box.querySelector("input"), out = box.querySelector(".answer"), things = [...document.querySelectorAll(box.dataset.things)];
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      things.forEach(thing => { thing.hidden = !words.every(word => thing.textContent.toLowerCase().includes(word)); });
      document.querySelectorAll("main section").forEach(section => { section.hidden = ![...section.querySelectorAll(box.dataset.things)].some(thing => !thing.hidden); });
      out.textContent = words.length ? `${things.filter(thing => !thing.hidden).length} of ${things.length}` : "";
    });
  }

  // ---- What a symbol means, where the mouse is on it: the list of symbols of the page says it, too. ----

  const said = document.querySelector(".symbols");
  if (said) {
    const tip = element("div", {class: "meaning", hidden: true});
    document.body.append(tip);
    document.querySelector("main").addEventListener("mouseover", event => {
      const letter = event.target.closest("math mi, math mn"), [base, below] = letter?.closest("msub")?.children ?? [letter];
      const names = base && [below && `${base.textContent}_${below.textContent}`, below && base.textContent + below.textContent, base.textContent];
      const found = names?.map(name => name && said.querySelector(`[data-symbol="${name}"]`)).find(Boolean);
      tip.hidden = !found || letter.closest(".symbols") !== null;
      if (tip.hidden) return;
      tip.replaceChildren(...[...found.children].map(part => element("span", {}, [...part.cloneNode(true).childNodes])));
      const place = letter.getBoundingClientRect();
      tip.style.left = `${Math.max(8, Math.min(place.left, innerWidth - tip.offsetWidth - 8))}px`;
      tip.style.top = `${place.bottom + 6}px`;
    });
    addEventListener("scroll", () => { tip.hidden = true; }, {passive: true});
  }

  // ---- From a step whose link has the focus the arrow keys lead to the next step, and back. ----

  document.addEventListener("keydown", event => {
    const step = document.activeElement?.closest(".beside a, .permalink")?.closest(".step"), by = {ArrowDown: 1, ArrowUp: -1}[event.key];
    const steps = step && by ? [...document.querySelectorAll(".step")] : [], next = steps[steps.indexOf(step) + by];
    if (!next) return;
    event.preventDefault();
    next.querySelector(".permalink").focus({preventScroll: true});
    next.scrollIntoView({block: "center"});
  });

  // ---- What scrolls can be scrolled by keys, and only that is a stop of the Tab key. ----

  function reach() {
    for (const box of document.querySelectorAll(".formula, .matrices")) {
      const scrolls = box.scrollWidth > box.clientWidth + 1;
      if (scrolls === box.hasAttribute("tabindex")) continue;
      if (scrolls) { box.tabIndex = 0; box.setAttribute("role", "group"); box.setAttribute("aria-label", "a wide formula"); }
      else ["tabindex", "role", "aria-label"].forEach(name => box.removeAttribute(name));
    }
  }
  document.fonts.ready.then(reach);
  addEventListener("resize", soon(50, reach));
  document.addEventListener("toggle", soon(50, reach), true);

  // ---- Each live part of the page starts when it comes into sight. ----

  const parts = {captions, proof, matrices, filter};
  const watch = new IntersectionObserver(seen => seen.filter(entry => entry.isIntersecting).forEach(entry => {
    watch.unobserve(entry.target);
    parts[entry.target.dataset.live](entry.target);
    entry.target.dataset.awake = "";
  }), {rootMargin: "400px"});
  document.querySelectorAll("[data-live]").forEach(box => { box.hidden = false; watch.observe(box); });
})();
