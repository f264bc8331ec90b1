// Hands over what is being typed without waiting for the field to be left, and without taking the cursor away.
// Loaded before Streamlit's own scripts: a field may be typed in as soon as it is there.
//
// A field is watched when an ancestor has the class st-key-write_…. After a short pause in the typing, and at the
// latest after two seconds of it, the field gets the key that makes Streamlit send its value. If a field is
// replaced or taken off the page while it holds letters that were not sent, these are sent on their own.
//
// The fields of a form, under an ancestor with the class st-key-keep_…, must not be sent before their form is: what
// stands in them is handed over beside it, after the same pauses and when the field is left.

(() => {
  const PAUSE = 800;
  const LONGEST = 2000;
  const FIRST = 150; // who has just begun to type says so soon: nobody leads them away from then on
  const LOOK = 150;
  // Whole names: a box of another name, as of a form that one writes into, would have its fields sent with Enter.
  const PLACES = [/^st-key-write_(?:action_)?[0-9a-f]{32}_/, /^st-key-keep_/];
  const KEYED = "[class*=st-key-]";
  const ENTRY = /^write_[0-9a-f]{32}_/; // what the record holds, unlike the fields of a new action

  const AFTER = 400; // a field that was left is kept so much later
  const BUSY = 3000; // a page may take so long until it hears what it was told
  const SURE = 8000; // what was handed over this long ago has arrived
  const HELD = 1000; // a button that is held down longer has been forgotten

  const keeper = (window.concordKeeper = {
    typing: new Map(),
    handed: new Map(),
    lost: [], // letters that wait until somebody takes them
    left: [], // what stood in a form whose page is left
    send: null,
    keep: null,
    watch: 0,
    heard: 0,
    take,
    sendAll,
    holds,
    sendKept,
    unsent,
  });

  let acts = 0; // what somebody presses in this very moment
  let downAt = -HELD;

  // The guard has taken the page off the screen for a while: nothing is lost, and nothing can be sent.
  const isAway = () => Boolean(window.concordGuard?.isAway);

  function placeOf(field) {
    for (const place of PLACES) {
      for (let box = field.closest?.(KEYED); box; box = box.parentElement?.closest(KEYED)) {
        const name = [...box.classList].find((each) => place.test(each));
        if (name) return name.slice("st-key-".length);
      }
    }
    return null;
  }

  const isKept = (place) => place.startsWith("keep_");

  // Off the page, or the field of another place by now.
  const hasLeft = (place, { field }) => !field.isConnected || placeOf(field) !== place;

  function leave(place, { text }) {
    keeper.left.push({ place, text, at: Date.now(), tries: 0 });
  }

  function isTyped(field) {
    return field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type === "text");
  }

  // Streamlit sends what else it is given by a timer of its own, at the end of the moment.
  const afterSending = (act) => setTimeout(() => setTimeout(act));

  // Streamlit gathers what a moment brings and sends it by a timer, as if all of it belonged to the part of the page in
  // which we listen: a text or a press in the same moment would not be heard. So ours goes at once, on its own.
  function tell(way, texts) {
    const later = window.setTimeout;
    const sends = [];
    window.setTimeout = (act, ms, ...given) => (ms ? later.call(window, act, ms, ...given) : sends.push(act));
    try {
      keeper[way](texts);
    } finally {
      window.setTimeout = later;
    }
    sends.forEach((send) => send());
  }

  const isActing = () => acts > 0 || performance.now() - downAt < HELD;

  function onAct() {
    downAt = -HELD;
    acts += 1;
    afterSending(() => (acts -= 1));
  }

  function whenFree(act) {
    if (isActing()) setTimeout(() => whenFree(act), 1);
    else act();
  }

  function handOver(places) {
    if (!keeper.keep) return;
    const texts = [];
    for (const place of places) {
      const typed = keeper.typing.get(place);
      clearTimeout(typed?.timer);
      keeper.typing.delete(place);
      if (!typed) continue;
      keeper.handed.set(place, { text: typed.text, at: Date.now() });
      if (hasLeft(place, typed)) leave(place, typed);
      else if (typed.field.value === typed.text) texts.push({ place, text: typed.text });
    }
    if (texts.length) tell("keep", [...texts, ...handedBefore(texts)]);
    sendLeft();
  }

  // A page that is busy hears the last of what it was told meanwhile: what came just before goes along with it.
  function handedBefore(texts) {
    const isNew = (place) => texts.some((one) => one.place === place);
    const found = [...keeper.handed].filter(([place, { at }]) => isKept(place) && !isNew(place) && Date.now() - at < BUSY);
    return found.map(([place, { text }]) => ({ place, text }));
  }

  function commit(place) {
    if (isKept(place)) return handOver([place]);
    const typed = keeper.typing.get(place);
    if (!typed || !typed.field.isConnected || typed.field.value !== typed.text) return;
    clearTimeout(typed.timer);
    keeper.typing.delete(place);
    keeper.heard = Date.now();
    keeper.handed.set(place, { text: typed.text, at: keeper.heard });
    const key = { key: "Enter", code: "Enter", keyCode: 13, bubbles: true, cancelable: true };
    const isLong = typed.field instanceof HTMLTextAreaElement;
    typed.field.dispatchEvent(new KeyboardEvent("keydown", { ...key, ctrlKey: isLong }));
    if (!isLong) typed.field.dispatchEvent(new KeyboardEvent("keypress", key));
  }

  function rescue() {
    if (isAway()) return;
    for (const [place, typed] of keeper.typing) {
      const isGone = !typed.field.isConnected;
      if (typed.leftAt && !isGone) {
        if (Date.now() - typed.leftAt <= AFTER) continue;
        // Streamlit has sent it: what was handed over before is out of date.
        keeper.typing.delete(place);
        keeper.handed.set(place, { text: typed.text, at: Date.now() });
      } else if (isGone || typed.field.value !== typed.text) {
        clearTimeout(typed.timer);
        keeper.typing.delete(place);
        keeper.handed.set(place, { text: typed.text, at: Date.now() });
        if (!isKept(place)) keeper.lost.push({ place, text: typed.text, is_gone: isGone });
        else if (hasLeft(place, typed)) leave(place, typed);
        if (isGone && ENTRY.test(place)) putAside({ [place]: typed.text });
      }
    }
    sendLost();
    sendLeft();
    if (!keeper.typing.size) {
      clearInterval(keeper.watch);
      keeper.watch = 0;
    }
  }

  function sendLost() {
    if (keeper.lost.length && keeper.send) tell("send", keeper.lost.splice(0));
  }

  // A form that was left by its page, and was not sent: the server knows which was. Who listened may have gone with it,
  // so that the one who comes after is told again.
  function sendLeft() {
    keeper.left = keeper.left.filter(({ at, tries }) => tries < 2 && Date.now() - at < SURE);
    if (!keeper.keep || !keeper.left.length) return;
    for (const one of keeper.left) one.tries += 1;
    tell("keep", keeper.left.map(({ place, text }) => ({ place, text })));
  }

  // Beside the page, whose fields may be gone on the server too: kept for its author unless it has arrived.
  function putAside(texts) {
    // Each by itself: a long one keeps no other from being taken.
    for (const [place, text] of Object.entries(texts)) navigator.sendBeacon("/keep", JSON.stringify({ [place]: text }));
  }

  function onBeforeInput(event) {
    // The value changed under the cursor since the last letter: what was typed until then is handed over first.
    if (isTyped(event.target) && keeper.typing.has(placeOf(event.target))) rescue();
  }

  function onInput(event) {
    const field = event.target;
    const place = isTyped(field) ? placeOf(field) : null;
    if (!place) return;
    const before = keeper.typing.get(place);
    clearTimeout(before?.timer);
    const since = before?.since ?? Date.now();
    const isFirst = !isKept(place) && Date.now() - keeper.heard > LONGEST;
    const wait = Math.max(0, Math.min(PAUSE, since + (isFirst ? FIRST : LONGEST) - Date.now()));
    const timer = event.isComposing ? 0 : setTimeout(() => whenFree(() => commit(place)), wait);
    keeper.typing.set(place, { field, text: field.value, since, timer });
    keeper.watch ||= setInterval(() => isActing() || rescue(), LOOK);
  }

  function onComposed(event) {
    const place = isTyped(event.target) ? placeOf(event.target) : null;
    if (place && keeper.typing.has(place)) onInput(event);
  }

  function onLeave(event) {
    const place = isTyped(event.target) ? placeOf(event.target) : null;
    const typed = place && keeper.typing.get(place);
    if (!typed) return;
    if (isKept(place)) {
      // After Streamlit's own answer to the leaving, which would be lost beside ours.
      clearTimeout(typed.timer);
      afterSending(() => (typed.timer = setTimeout(() => whenFree(() => commit(place)), AFTER)));
    } else if (typed.field.isConnected && typed.field.value === typed.text) {
      // Streamlit sends the value of a field that is left, unless the field is just being taken away.
      clearTimeout(typed.timer);
      if (ENTRY.test(place)) typed.leftAt = Date.now();
      else keeper.typing.delete(place);
    }
  }

  function sendAll() {
    const places = [...keeper.typing.keys()];
    sendKept();
    for (const place of places) if (!isKept(place)) commit(place);
  }

  // Does a form hold letters that were not handed over?
  function holds() {
    return Boolean(keeper.keep) && [...keeper.typing.keys()].some(isKept);
  }

  function sendKept() {
    handOver([...keeper.typing.keys()].filter(isKept));
  }

  // The page says how to reach it: what has waited for that goes at once.
  function take(ways) {
    Object.assign(keeper, ways);
    whenFree(sendLost);
    if (ways.keep) whenFree(sendKept);
  }

  // Streamlit sends what it is given a moment later, and the page may be gone by then.
  function onUnload() {
    const waits = unsent();
    sendAll();
    putAside({ ...waits, ...unsent() });
  }

  // What the server may not have: asked for by the guard when the session has ended.
  function unsent() {
    const found = Object.create(null);
    for (const [place, { text, at }] of keeper.handed) if (Date.now() - at < SURE) found[place] = text;
    for (const { place, text } of [...keeper.lost, ...keeper.left]) found[place] = text;
    for (const [place, { text }] of keeper.typing) found[place] = text;
    return found;
  }

  for (const name of ["click", "change", "keydown", "pointerup", "pointercancel"]) {
    window.addEventListener(name, onAct, true);
  }
  window.addEventListener("pointerdown", () => (downAt = performance.now()), true);
  document.addEventListener("beforeinput", onBeforeInput, true);
  document.addEventListener("input", onInput, true);
  document.addEventListener("compositionend", onComposed, true);
  document.addEventListener("focusout", onLeave, true);
  document.addEventListener("visibilitychange", () => document.hidden && sendAll());
  window.addEventListener("beforeunload", onUnload);
})();
