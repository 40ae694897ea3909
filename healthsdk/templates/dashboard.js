
"use strict";
(() => {
  const SLOTS = 120, HEIGHT = 20, HEIGHTS = { o: 6, p: 9, d: 14, e: 20 };
  const WORDS = { o: "ok", p: "pending", d: "degraded", e: "error" };
  const STATES = ["error", "degraded", "pending", "ok"];
  // Until a stream has told something, and afterwards.
  const SILENCE = { first: 3000, later: 40000 }, POLL = 1000, AGAIN = 30000, ANSWER = 10000;

  const id = (name) => document.getElementById(name);
  const rows = new Map();
  let started = null, slot = null, skew = 0, began = 0, announced = null;

  // Writing only what is new keeps selections, focus and screen readers where they are.
  const text = (node, value) => { if (node.textContent !== value) node.textContent = value; };
  const attribute = (node, name, value) => { if (node.getAttribute(name) !== value) node.setAttribute(name, value); };
  const mark = (use, state) => attribute(use, "href", `#mark-${state}`);
  const make = (name, content) => { const node = document.createElement(name); node.textContent = content; return node; };

  // Times: the service's clock counts, and this one is corrected by it.
  const now = () => Date.now() + skew;
  const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
  const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
  const age = (milliseconds) => {
    const seconds = Math.max(0, Math.floor(milliseconds / 1000));
    const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
    if (days) return `${days} d ${hours % 24} h`;
    if (hours) return `${hours} h ${minutes % 60} min`;
    return minutes ? `${minutes} min` : `${seconds} s`;
  };
  const time = (node, iso) => {
    attribute(node, "datetime", iso ?? "");
    attribute(node, "title", iso ? whole.format(new Date(iso)) : "");
    tell(node);
  };
  const tell = (node) => {
    const at = Date.parse(node.dateTime);
    text(node, Number.isNaN(at) ? "" : `${age(now() - at)}${node.dataset.ago ?? ""}`);
  };
  const duration = (ms) => {
    if (ms == null) return "–";
    if (ms < 1) return `${ms.toFixed(2)} ms`;
    if (ms < 10) return `${ms.toFixed(1)} ms`;
    if (ms < 1000) return `${ms.toFixed(0)} ms`;
    return ms < 10000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 1000).toFixed(0)} s`;
  };

  // Drawing, as the service does it in `draw.rs`.
  const runs = (items, same) => {
    const found = [];
    items.forEach((item, at) => {
      const last = found.at(-1);
      if (last && same(last.item, item)) last.length += 1;
      else found.push({ item, at, length: 1 });
    });
    return found;
  };
  const bars = (states) => {
    const paths = new Map();
    for (const { item, at, length } of runs([...states], (a, b) => a === b)) {
      const letter = item.toLowerCase();
      if (letter === ".") continue;
      const shape = `M${at} ${HEIGHT}h${length}v-${HEIGHTS[letter]}h-${length}z`;
      const name = item === letter ? WORDS[letter] : `${WORDS[letter]} held`;
      paths.set(name, (paths.get(name) ?? "") + shape);
    }
    return paths;
  };
  const line = (means, states) => {
    const most = Math.max(1e-3, ...means);
    return runs([...states], (a, b) => (a === ".") === (b === ".")).map(({ at, length }) => {
      const points = means.slice(at, at + length).map((mean, index) => (mean === null ? null : `${at + index} ${(HEIGHT * (1 - mean / most)).toFixed(1)}`));
      return points.filter((point) => point !== null).map((point, index) => (index ? `L${point}` : `M${point}h1`)).join("");
    }).join("");
  };
  const spoken = (states, seconds) => {
    const letters = [...states.toLowerCase()];
    const at = (index) => clock.format(began - (letters.length - 1 - index) * seconds * 1000);
    const told = runs(letters, (a, b) => a === b).filter(({ item }) => item !== "." && item !== "o").map(({ item, at: from, length }) =>
      from + length === letters.length ? `${WORDS[item]} since ${at(from)}` : `${WORDS[item]} ${at(from)} to ${at(from + length)}`);
    if (told.length) return told.join(", ");
    return letters.every((letter) => letter === ".") ? "no history" : "ok throughout";
  };

  const overridden = ({ options, until, reason, source }) => {
    const set = Object.entries(options).map(([option, value]) => `${option} = ${value}`).join(", ");
    return `${set}; by ${source}${until ? `, until ${whole.format(new Date(until))}` : ""}${reason ? `: ${reason}` : ""}`;
  };

  // One check.
  class Row {
    constructor(element) {
      const part = (selector) => element.querySelector(selector);
      Object.assign(this, {
        element, name: element.dataset.name, state: element.dataset.state, states: ".".repeat(SLOTS), means: Array(SLOTS).fill(null),
        use: part(".state use"), word: part(".word"), titles: element.querySelectorAll(".title"), labels: part(".labels"),
        badge: part(".badge"), message: part(".message"), since: part(".since time"), last: part(".last"), line: part(".line path"), most: part(".most"),
        timeline: part(".timeline"), facts: part(".facts"), kinds: [], tags: [], sum: null,
      });
      const labels = [...this.labels.children].map((label) => label.textContent);
      const kinds = [...document.querySelectorAll("[name=kind]")].map((box) => box.value);
      this.kinds = labels.filter((label) => kinds.includes(label));
      this.tags = labels.filter((label) => !kinds.includes(label));
    }
    static blank(name) {
      const element = document.importNode(id("blank").content, true).querySelector("tr");
      element.dataset.name = name;
      element.querySelectorAll(".title").forEach((title) => text(title, name));
      return new Row(element);
    }
    take(check) {
      const state = check.pending ? "pending" : check.status, was = this.state;
      this.state = state;
      attribute(this.element, "data-state", state);
      mark(this.use, state);
      text(this.word, state);
      text(this.message, check.message ?? "");
      time(this.since, check.since);
      text(this.last, duration(check.duration_ms));
      this.check = check;
      this.badge.hidden = !check.override;
      [this.kinds, this.tags] = [check.kinds ?? [], check.tags ?? []];
      this.list(this.labels, [...this.kinds, ...this.tags].map((label) => ["li", label]));
      if (was && was !== state) {
        this.element.classList.remove("changed-now");
        void this.element.offsetWidth;
        this.element.classList.add("changed-now");
        return `${this.name} is ${state}, was ${was}`;
      }
      return null;
    }
    past(past, passed, seconds) {
      const fill = Math.min(passed, SLOTS), held = this.states.at(-1).toUpperCase();
      const push = (items, filler, news) => [...items.slice(fill), ...Array(fill).fill(filler)].slice(0, SLOTS - news.length).concat(news);
      this.states = push([...this.states], held, [...(past?.states ?? "")]).join("");
      this.means = push(this.means, null, past?.mean_ms ?? []);
      this.sum = past;
      text(this.most, past?.longest_ms == null ? "" : `max ${duration(past.longest_ms)}`);
      attribute(this.line, "d", line(this.means, this.states));
      const paths = bars(this.states);
      while (this.timeline.childElementCount > paths.size) this.timeline.lastElementChild.remove();
      while (this.timeline.childElementCount < paths.size) {
        this.timeline.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
      }
      [...paths].forEach(([name, shape], index) => {
        attribute(this.timeline.children[index], "class", name);
        attribute(this.timeline.children[index], "d", shape);
      });
      attribute(this.timeline, "aria-label", `Last hour: ${spoken(this.states, seconds)}`);
      this.tellFacts();
    }
    tellFacts() {
      const { check, sum } = this, exact = (iso) => iso && whole.format(new Date(iso));
      const facts = [
        ["description", check.description], ["component", check.component], ["last run", exact(check.checked_at)],
        ["still running since", exact(check.running_since)], ["failures in a row", check.failures || null],
        ["last hour", sum && `${sum.runs} runs, ${sum.failures} failed`], ["override", check.override && overridden(check.override)],
        ...Object.entries(check.data ?? {}),
      ].filter(([, value]) => value !== null && value !== undefined && value !== "");
      const written = (value) => (typeof value === "string" ? value : JSON.stringify(value));
      this.list(this.facts, facts.map(([name, value]) => ["div", name, written(value)]));
    }
    // Each item is the name of an element and the text in it, or a term and its definition.
    list(parent, items) {
      const key = JSON.stringify(items);
      if (parent.told === key) return;
      parent.told = key;
      parent.replaceChildren(...items.map(([name, first, second]) => {
        if (second === undefined) return make(name, first);
        const group = document.createElement(name);
        group.append(make("dt", first), make("dd", second));
        return group;
      }));
    }
  }

  // All of them.
  const take = ({ report, history }) => {
    skew = Date.parse(history.now) - Date.now();
    began = Date.parse(history.began);
    const passed = started === report.started_at && slot !== null ? Math.max(0, history.slot - slot) : SLOTS;
    [started, slot] = [report.started_at, history.slot];
    const news = [];
    for (const [name, check] of Object.entries(report.checks)) {
      if (!rows.has(name)) {
        rows.set(name, Row.blank(name));
        id("rows").append(rows.get(name).element);
      }
      const row = rows.get(name), change = row.take(check);
      if (change) news.push(change);
      row.past(history.checks[name], passed, history.seconds);
    }
    for (const [name, row] of rows) {
      if (!(name in report.checks)) { row.element.remove(); rows.delete(name); }
    }
    overall(report);
    if (announced && announced !== report.status) news.unshift(`The service is ${report.status}, was ${announced}`);
    announced = report.status;
    id("news").replaceChildren(...news.map((change) => make("p", change)));
    sort();
    filter();
  };
  const overall = (report) => {
    attribute(document.body, "data-status", report.status);
    mark(id("overall-mark"), report.status);
    text(id("overall-word"), report.status);
    text(id("lifecycle"), report.lifecycle);
    time(id("started").querySelector("time"), report.started_at);
    const [name, check] = Object.entries(report.checks).reduce((last, next) => (next[1].since > last[1].since ? next : last), ["", { since: "" }]);
    const changed = id("changed");
    if (name && !id("changed-name")) {
      const label = make("span", name);
      label.id = "changed-name";
      changed.replaceChildren(label, ", ", document.createElement("time"));
    }
    if (name) {
      text(id("changed-name"), name);
      const at = changed.querySelector("time");
      at.dataset.ago = " ago";
      time(at, check.since);
    }
    for (const count of document.querySelectorAll("[data-count]")) {
      text(count, String([...rows.values()].filter((row) => row.state === count.dataset.count).length));
    }
    const failing = [...rows.values()].filter((row) => row.state === "error").length;
    document.title = `${failing ? `(${failing}) ` : ""}${document.querySelector("h1").textContent}: ${report.status}`;
    const tags = [...new Set([...rows.values()].flatMap((row) => row.tags))].sort();
    const known = [...id("tag").options].slice(1).map((option) => option.value);
    if (JSON.stringify(tags) !== JSON.stringify(known)) {
      const chosen = id("tag").value;
      id("tag").replaceChildren(id("tag").options[0], ...tags.map((tag) => make("option", tag)));
      id("tag").value = tags.includes(chosen) ? chosen : "";
    }
  };

  // Moves as few rows as it takes, and leaves the focus where it is.
  const sort = () => {
    const rank = (row) => (id("order").value ? 0 : STATES.indexOf(row.state));
    const order = [...rows.values()].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
    const focused = document.activeElement;
    let at = id("rows").firstElementChild;
    for (const { element } of order) {
      if (element === at) at = at.nextElementSibling;
      else id("rows").insertBefore(element, at);
    }
    if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
  };
  const filter = () => {
    const form = new FormData(id("filter")), wanted = (form.get("text") ?? "").trim().toLowerCase();
    const states = form.getAll("state"), kinds = form.getAll("kind"), tag = form.get("tag");
    let shown = 0;
    for (const row of rows.values()) {
      const words = [row.name, row.message.textContent, ...row.tags, row.check?.description ?? ""].join(" ").toLowerCase();
      const fits = (!states.length || states.includes(row.state)) && (!kinds.length || row.kinds.some((kind) => kinds.includes(kind)))
        && (!tag || row.tags.includes(tag)) && words.includes(wanted);
      row.element.hidden = !fits;
      shown += fits;
    }
    text(id("shown"), shown === rows.size ? `${shown} checks` : `${shown} of ${rows.size} checks`);
  };

  // What is chosen stays in the address, so that it can be passed on.
  const remember = () => {
    const chosen = new URLSearchParams([...new FormData(id("filter"))].filter(([, value]) => value));
    history.replaceState(null, "", String(chosen) ? `#${chosen}` : location.pathname + location.search);
  };
  const recall = () => {
    const chosen = new URLSearchParams(location.hash.slice(1));
    for (const control of id("filter").elements) {
      if (control.type === "checkbox") control.checked = chosen.getAll(control.name).includes(control.value);
      else if (control.name) control.value = chosen.get(control.name) ?? "";
    }
    if (id("tag").selectedIndex < 0) id("tag").value = "";
  };

  // Live by a stream of events, or else by asking again and again.
  let heard = 0, opened = 0, source = null, asking = false, ended = 0;
  const mode = (name, word) => {
    attribute(id("connection"), "data-mode", name);
    text(id("connection-word"), word);
  };
  const listen = () => {
    source?.close();
    [opened, ended] = [Date.now(), 0];
    source = new EventSource(location.pathname + location.search);
    source.onmessage = (event) => {
      heard = Date.now();
      mode("live", "live");
      take(JSON.parse(event.data));
    };
    source.onerror = () => {
      heard = 0;
      opened = -Infinity;
      if (source.readyState === EventSource.CLOSED) ended = Date.now();
    };
  };
  const ask = async () => {
    asking = true;
    try {
      const query = new URLSearchParams({ format: "dashboard" });
      if (slot !== null) query.set("since", `${slot}`);
      const answer = await fetch(`${location.pathname}?${query}`, { cache: "no-store", signal: AbortSignal.timeout(ANSWER) });
      const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
      if (!told?.history) throw new Error("no answer");
      if (started !== null && started !== told.report.started_at) slot = null;
      else {
        take(told);
        if (!heard) mode("polling", "polling");
      }
      lost = 0;
    } catch {
      lost ||= now();
      mode("lost", `not reached since ${clock.format(lost)}`);
    }
    asking = false;
  };
  let lost = 0;
  setInterval(() => {
    document.querySelectorAll("time[datetime]").forEach(tell);
    const silent = heard ? Date.now() - heard > SILENCE.later : Date.now() - opened > SILENCE.first;
    if (silent && !asking) ask();
    if ((ended && Date.now() - ended > AGAIN) || (heard && silent)) listen();
  }, POLL);

  // Themes.
  const themed = () => {
    if (id("theme").value) document.documentElement.dataset.theme = id("theme").value;
    else delete document.documentElement.dataset.theme;
  };
  const store = (write) => {
    try { return write ? localStorage.setItem("healthsdk-theme", id("theme").value) : localStorage.getItem("healthsdk-theme"); } catch { return null; }
  };

  for (const element of document.querySelectorAll(".check")) rows.set(element.dataset.name, new Row(element));
  announced = document.body.dataset.status;
  document.querySelectorAll("dd time").forEach((node) => { node.dataset.ago = " ago"; });
  id("filter").hidden = id("look").hidden = false;
  id("theme").value = store(false) ?? "";
  themed();
  id("theme").addEventListener("change", () => { store(true); themed(); });
  recall();
  sort();
  filter();
  addEventListener("hashchange", () => { recall(); sort(); filter(); });
  id("filter").addEventListener("input", () => { remember(); sort(); filter(); });
  id("filter").addEventListener("reset", () => setTimeout(() => { remember(); sort(); filter(); }));
  id("filter").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      id("text").focus();
    }
  });
  listen();
})();
