// The one script of the page: results while typing, keys, marks, and what the reader chose. Everything else, and
// everything without it, is links and forms.
"use strict";

(() => {
  const ANDROID_REST = 400; // ms: its keyboards compose Latin words too, so a rest is all that ends a word
  const SETTLED = 1500; // ms without a key after which a search is worth going back to
  const KEPT = 50; // searches that are remembered, if that was asked for

  const field = document.getElementById("q");
  const form = field?.form;
  const byId = (id) => document.getElementById(id);
  const isTyping = (event) => event.target.matches?.("input, textarea, select");
  const isPlain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey;
  // 229: a key that belongs to the input method, also where the composition has just ended (Safari)
  const isOfInputMethod = (event) => event.isComposing || event.keyCode === 229;

  // Results while typing: the newest answer is shown, and no question is sent inside a composition

  let request = null;
  let waiting = 0;
  let isSettled = true;
  let settling = 0;
  let asked = field?.value.trim();

  const said = document.createElement("p");
  said.className = "unseen";
  said.setAttribute("role", "status");
  document.body.append(said);

  function ask(parameters, remember) {
    request?.abort();
    request = new XMLHttpRequest();
    const asking = new URLSearchParams(parameters);
    asking.set("part", "results");
    asking.set("typing", "1");
    request.open("GET", `/?${asking}`);
    request.responseType = "document"; // parsed without running anything
    request.addEventListener("load", (event) => {
      const found = event.target.response?.getElementById("results");
      if (event.target.status === 200 && found) show(found, parameters, remember);
      else fail();
    });
    request.addEventListener("error", fail);
    request.send();
  }

  function fail() {
    asked = null; // the next key, or the same words, ask again
    said.textContent = field.dataset.failed;
    const count = document.querySelector("#results .count");
    if (count) count.textContent = field.dataset.failed;
  }

  function show(found, parameters, remember) {
    byId("results").replaceWith(document.adoptNode(found));
    said.textContent = found.querySelector(".count")?.textContent ?? "";
    const words = parameters.get("q");
    document.title = words ? `${words} · searchkit` : "searchkit";
    // what leads to the same search in another form
    for (const link of document.querySelectorAll("footer a[hreflang], link[type='application/atom+xml']")) {
      const to = new URL(link.href);
      const language = to.searchParams.get("lang");
      to.search = new URLSearchParams([...parameters, ...(language ? [["lang", language]] : [])]);
      link.href = to;
    }
    if (!remember) return;
    const address = parameters.size ? `/?${parameters}` : "/";
    history[isSettled ? "pushState" : "replaceState"](null, "", address);
    isSettled = false;
    clearTimeout(settling);
    settling = setTimeout(() => (isSettled = true), SETTLED);
  }

  function askWhatIsTyped() {
    const parameters = new URLSearchParams(new FormData(form));
    const words = field.value.trim();
    if (words === asked) return;
    asked = words;
    if (!words) parameters.delete("q");
    ask(parameters, true);
  }

  if (field && location.pathname === "/" && byId("results")) {
    const isAndroid = /Android/.test(navigator.userAgent);
    field.addEventListener("input", (event) => {
      clearTimeout(waiting);
      if (!event.isComposing) askWhatIsTyped();
      else if (isAndroid) waiting = setTimeout(askWhatIsTyped, ANDROID_REST);
    });
    field.addEventListener("compositionend", () => {
      clearTimeout(waiting);
      askWhatIsTyped();
    });
    addEventListener("popstate", () => {
      const parameters = new URLSearchParams(location.search);
      field.value = parameters.get("q") ?? "";
      asked = field.value.trim();
      isSettled = true;
      ask(parameters, false);
    });
  }

  // Keys

  function move(event) {
    const hits = [...document.querySelectorAll(".hits h2 a")];
    const at = hits.indexOf(document.activeElement);
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!steps || !hits.length || (at < 0 && (event.target !== field || steps < 0))) return;
    event.preventDefault();
    (at + steps < 0 ? field : hits[Math.min(at + steps, hits.length - 1)]).focus();
  }

  addEventListener("keydown", (event) => {
    if (isOfInputMethod(event)) {
      if (event.key === "Enter" && event.target === field) event.preventDefault(); // it commits, it does not ask
      return;
    }
    if (!isPlain(event)) return;
    if (event.key === "Escape" && event.target === field) {
      event.preventDefault();
      field.blur();
    } else if (event.key === "/" && !isTyping(event) && field) {
      event.preventDefault();
      field.focus();
      field.select();
    } else if (!isTyping(event) && (event.key === "n" || event.key === "p")) {
      turn(event.key === "n" ? 1 : -1);
    } else move(event);
  });

  // What is wider than its column is scrolled by keys too

  for (const wide of document.querySelectorAll(".body pre, .body table")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  }

  // Marks of an article: a mark that crosses elements is in pieces, of which the first has the id

  const marks = [...document.querySelectorAll("mark[id]")];
  let current = -1;

  function turn(steps) {
    if (!marks.length) return;
    const last = marks[current];
    if (last) for (const piece of piecesOf(last)) piece.classList.remove("current");
    current = (current + steps + marks.length + (current < 0 && steps < 0 ? 1 : 0)) % marks.length;
    for (const piece of piecesOf(marks[current])) piece.classList.add("current");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    marks[current].scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    count();
  }

  const piecesOf = (mark) => [...document.querySelectorAll(`mark[data-mark="${mark.id.slice(1)}"]`)];

  function count() {
    const shown = byId("mark-count");
    if (shown) shown.textContent = `${current + 1}/${marks.length}`;
  }

  function reveal(id, whenPressed) {
    const control = byId(id);
    if (!control) return;
    control.hidden = false;
    control.addEventListener("click", whenPressed);
  }

  if (marks.length) {
    reveal("mark-next", () => turn(1));
    reveal("mark-previous", () => turn(-1));
    const shown = byId("mark-count");
    if (shown) shown.hidden = false;
    count();
  }

  // What the reader chose: the server reads the cookies, so that the page comes as it should look

  const root = document.documentElement;
  const YEAR = 365 * 24 * 3600;

  function choose(name, value) {
    if (value) root.dataset[name] = value;
    else delete root.dataset[name];
    document.cookie = `searchkit_${name}=${value}; path=/; max-age=${value ? YEAR : 0}; samesite=lax`;
  }

  const THEMES = ["", "light", "dark"];
  const SIZES = ["small", "", "large", "larger"];
  const next = (list, value, steps) => list[list.indexOf(value ?? "") + steps];

  reveal("theme", () => choose("theme", next(THEMES, root.dataset.theme, 1) ?? ""));
  reveal("size-more", () => choose("size", next(SIZES, root.dataset.size, 1) ?? "larger"));
  reveal("size-less", () => choose("size", next(SIZES, root.dataset.size, -1) ?? "small"));

  // Searches are remembered in this browser, and only if that was asked for

  const HISTORY = "searchkit.history";
  const remembered = () => {
    try {
      return JSON.parse(localStorage.getItem(HISTORY));
    } catch {
      return null; // storage is switched off, or something else wrote there
    }
  };

  function offer(searches) {
    const list = document.createElement("datalist");
    list.id = "searches";
    for (const words of searches) list.append(new Option(words));
    document.body.append(list);
    field.setAttribute("list", list.id);
  }

  const searches = remembered();
  if (field && Array.isArray(searches)) {
    offer(searches);
    form.addEventListener("submit", () => {
      const words = field.value.trim();
      const kept = [words, ...searches.filter((one) => one !== words)].slice(0, KEPT);
      if (words) localStorage.setItem(HISTORY, JSON.stringify(kept));
    });
  }

  const asks = byId("history");
  if (asks) {
    const box = asks.querySelector("input");
    asks.hidden = false;
    box.checked = Array.isArray(searches);
    box.addEventListener("change", () => {
      if (box.checked) localStorage.setItem(HISTORY, "[]");
      else localStorage.removeItem(HISTORY); // what was remembered goes with the wish
    });
  }
})();
