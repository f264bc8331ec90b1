// Guards what stands on this screen. Loaded before Streamlit's own scripts.
//
// - A person's key or pointer tells the server, at most once a minute, that somebody is here.
// - Before the idle time is over a calm box says so; at its end the screen is emptied.
// - While the connection is lost the content is covered, then taken off the page, and put back as it was, with what
//   was being typed, when the connection and the session are there again.
// - When the session has ended the screen is emptied for good, and nothing brings it back.

(() => {
  // The policy refuses WebAssembly; a library of Streamlit's tries it, and does as well where there is none.
  delete window.WebAssembly;
  // Streamlit would otherwise look for the beginning of the program below the address of each page.
  window.__streamlit = { BACKEND_BASE_URL: location.origin };

  const words = JSON.parse(document.querySelector("meta[name=concord-words]").content);
  const ENDED = 4001; // the server closes a socket with this when its session has ended
  const TICK = 500;
  const LOOK = 5_000; // how often a visible page asks whether its session lives
  const LOOK_LOST = 1_000;
  const PATIENCE = 2_500; // for one answer
  const COVER = 1_000; // after a lost connection
  const EMPTY = 3_500;
  const TICKET = 30_000; // so long a ticket counts
  const TELL = 60_000;
  const WARN = 120_000;

  const guard = (window.concordGuard = { isAway: false, leaving: () => (leavingAt = Date.now()), renew });
  let endsAt = 0; // 0: nobody is signed in here, and there is nothing to guard
  let idle = 0;
  let isOver = false;
  let isAsking = false;
  let askedAt = 0;
  let failures = 0;
  let lostAt = 0;
  let actedAt = 0;
  let toldAt = 0;
  let isUntold = false; // somebody is here, and the server has not said that it knows
  let leavingAt = 0; // the page is about to be left; a download looks the same for a moment
  let away = null;
  const sockets = new Set();
  const tickets = new Set();

  // ---- the connection

  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...given) {
      if (isOver) throw new Error("signed out");
      super(...given);
      if (!new URL(this.url).pathname.endsWith("/_stcore/stream")) return;
      sockets.add(this);
      this.addEventListener("open", opened);
      this.addEventListener("close", (event) => closed(this, event));
    }
  };

  const isConnected = () => [...sockets].some((each) => each.readyState === Plain.OPEN);

  function opened() {
    putBack(); // before Streamlit draws into what it believes to be on the page
    if (endsAt && lostAt) ask("GET");
  }

  function closed(socket, event) {
    sockets.delete(socket);
    if (!endsAt || isOver) return;
    // Nobody answered the warning, and the server was the first to see that the time is over.
    if (event.code === ENDED) empty(shown.warning ? "idle" : "ended");
    else if (Date.now() - leavingAt > TICK) lostAt ||= Date.now();
  }

  async function ask(method) {
    if (isOver || (isAsking && method === "GET")) return;
    isAsking = true;
    askedAt = Date.now();
    try {
      const answer = await fetch("/here", { method, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) throw new Error(String(answer.status));
      if (method === "POST") isUntold = false;
      heard(await answer.json());
    } catch {
      failures += 1;
      if (endsAt && failures > 1) lostAt ||= Date.now();
    } finally {
      isAsking = false;
    }
  }

  function heard({ seconds, idle: whole }) {
    failures = 0;
    idle = whole * 1000;
    if (!seconds) {
      if (endsAt) empty(shown.warning || Date.now() >= endsAt - 2 * TICK ? "idle" : "ended");
      return;
    }
    endsAt = Date.now() + seconds * 1000;
    if (isConnected()) {
      lostAt = 0;
      putBack();
      hide("cover");
    }
  }

  // ---- the token: another one each time its person has proved who they are

  async function renew(ticket) {
    if (isOver || tickets.has(ticket)) return;
    tickets.add(ticket);
    const until = Date.now() + TICKET;
    while (!isOver && Date.now() < until) {
      try {
        const answer = await fetch("/enter", { method: "POST", body: ticket, signal: AbortSignal.timeout(PATIENCE) });
        if (answer.ok) return;
      } catch {
        // Said again until it is heard.
      }
      await new Promise((done) => setTimeout(done, LOOK_LOST));
    }
  }

  // ---- the person

  function acted(event) {
    if (!event.isTrusted || !endsAt || isOver || event.composedPath().includes(host)) return; // the button speaks for itself
    actedAt = Date.now();
    const isWarned = shown.warning && actedAt - toldAt > 2_000;
    if (isWarned || actedAt - toldAt > TELL) tell();
  }

  function tell() {
    toldAt = Date.now();
    isUntold = true;
    hide("warning");
    ask("POST");
  }

  for (const kind of ["keydown", "pointerdown", "wheel", "touchstart"]) {
    window.addEventListener(kind, acted, { capture: true, passive: true });
  }

  // ---- the time

  function tick() {
    if (!endsAt || isOver) return;
    const now = Date.now();
    if (now >= endsAt + (lostAt ? 0 : 2 * PATIENCE)) return empty(lostAt ? "lost" : "idle");
    if (actedAt > toldAt && now - toldAt > TELL) tell();
    const isNear = now >= endsAt;
    const wait = lostAt || isNear || failures ? LOOK_LOST : document.hidden ? TELL : LOOK;
    // A busy machine may not have answered in time: what was said is said again until it is heard, while it is true.
    const isOwed = isUntold && now - toldAt < TELL;
    if (now - askedAt > wait && !isAsking) ask(isOwed ? "POST" : "GET");
    if (lostAt && now - lostAt > COVER) show("cover");
    if (lostAt && now - lostAt > EMPTY && failures) takeAway();
    if (endsAt - now <= Math.min(WARN, idle / 3) && !lostAt) show("warning");
    else hide("warning");
  }

  setInterval(tick, TICK);
  document.addEventListener("visibilitychange", () => document.hidden || ask("GET"));
  window.addEventListener("focus", () => endsAt && ask("GET"));
  window.addEventListener("offline", () => endsAt && (lostAt ||= Date.now()));
  window.addEventListener("beforeunload", () => (leavingAt = Date.now()));
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted || !endsAt) return;
    // Back to a page that the browser had kept whole: nothing of it is seen before the session is known to live.
    lostAt ||= Date.now() - COVER;
    show("cover");
    takeAway();
    ask("GET");
  });

  // ---- the screen

  // Streamlit's page stays whole in memory, and comes back with what was being typed.
  function takeAway() {
    if (away || isOver) return;
    const focus = document.activeElement;
    const scrolled = [...document.body.querySelectorAll("*")].filter((each) => each.scrollTop);
    away = {
      nodes: [...document.body.childNodes],
      scrolled: scrolled.map((each) => [each, each.scrollTop]),
      focus: document.body.contains(focus) ? focus : null,
      from: focus?.selectionStart,
      to: focus?.selectionEnd,
    };
    guard.isAway = true;
    document.body.replaceChildren();
  }

  function putBack() {
    if (!away || isOver) return;
    const { nodes, scrolled, focus, from, to } = away;
    away = null;
    document.body.prepend(...nodes);
    for (const [each, top] of scrolled) each.scrollTop = top;
    focus?.focus({ preventScroll: true });
    if (typeof from === "number") focus.setSelectionRange(from, to);
    guard.isAway = false;
    window.concordKeeper?.sendAll();
  }

  function empty(why) {
    if (isOver) return;
    isOver = true;
    const typed = window.concordKeeper?.unsent() ?? {};
    for (const socket of sockets) socket.close();
    away = null;
    document.head.replaceChildren();
    document.body.replaceChildren();
    document.title = "";
    shown.cover = shown.warning = null;
    host.remove();
    sessionStorage.clear();
    localStorage.clear();
    document.body.append(farewell(why));
    forget(why, typed);
  }

  // The page itself goes too, where the server is there to give another: what its scripts held goes with it.
  async function forget(why, typed) {
    try {
      // Each field by itself: a long one keeps no other from being taken.
      const sent = Object.entries(typed).map(([place, text]) => {
        const body = JSON.stringify({ [place]: text });
        return fetch("/keep", { method: "POST", body, signal: AbortSignal.timeout(2 * PATIENCE) });
      });
      await Promise.allSettled(sent);
      const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) return;
    } catch {
      return;
    }
    const isLeaving = Date.now() - leavingAt < 2 * PATIENCE;
    setTimeout(() => location.replace(`/out?why=${why}`), isLeaving ? 2 * PATIENCE : 0);
  }

  const STYLE = `
    :host { all: initial; }
    * { box-sizing: border-box; }
    section { position: fixed; z-index: 2147483647; color: #22302f; background: #fbfaf7;
      font: 1rem/1.5 "Source Sans", "Segoe UI", sans-serif; }
    section[data-what=cover] { inset: 0; display: grid; place-content: center; justify-items: center;
      padding: 2rem; text-align: center; }
    section[data-what=warning] { right: 1.5rem; bottom: 1.5rem; max-width: min(26rem, calc(100vw - 3rem));
      padding: 1.25rem 1.5rem; border: 1px solid #d8d5cb; border-left: 6px solid #1f5c66; border-radius: 0.5rem;
      box-shadow: 0 8px 30px rgb(0 0 0 / 25%); }
    h2 { margin: 0 0 0.25rem; font-size: 1.25rem; }
    p { margin: 0 0 0.75rem; max-width: 34rem; }
    button { padding: 0.5rem 1.25rem; border: 0; border-radius: 0.5rem; color: #fff; background: #1f5c66;
      font: inherit; cursor: pointer; }
    button:focus-visible { outline: 3px solid #22302f; outline-offset: 2px; }
  `;

  const shown = { cover: null, warning: null };
  const host = document.createElement("div");
  host.id = "concord-guard";
  const root = host.attachShadow({ mode: "open" });
  root.append(element("style", STYLE));

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  function show(what) {
    if (shown[what] || isOver) return;
    const box = element("section", "");
    box.dataset.what = what;
    box.setAttribute("role", "alert");
    const at = new Date(endsAt).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    box.append(element("h2", words[`${what}_title`]), element("p", words[what].replace("{time}", at)));
    if (what === "warning") {
      const here = element("button", words.here);
      here.addEventListener("click", tell);
      box.append(here);
    }
    shown[what] = box;
    root.append(box);
    document.documentElement.append(host);
  }

  function hide(what) {
    shown[what]?.remove();
    shown[what] = null;
    if (!shown.cover && !shown.warning) host.remove();
  }

  function farewell(why) {
    const page = document.createElement("main");
    page.style.cssText =
      "max-width:30rem;margin:25vh auto;padding:2rem;text-align:center;color:#22302f;" +
      'font:1rem/1.5 "Source Sans","Segoe UI",sans-serif';
    const again = element("a", words.again);
    again.href = "/";
    page.append(element("h1", words.gone_title), element("p", words[why]), again);
    return page;
  }

  ask("GET");
})();
