// A press that began on a button counts, though the page is drawn anew under it. Loaded before Streamlit's scripts.
//
// To press a button is to leave the field before it, which sends the text; what the page draws then may move or replace
// the button while it is still held down, and a browser takes such a press for none.
//
// A tap leaves the field and presses the button in one moment, and on a slow machine so does a mouse. Streamlit sends
// both together, as if both belonged to the part of the page in which the field stands: a button outside of it is not
// heard. Such a press waits until the text is on its way, and until the words of a form, which it may take off the page,
// are handed over.

(() => {
  const MOVED = 12; // pixels; who lets go further away has thought better of it
  const PRESSED = "button, a[href], label, summary, [role=tab]";
  const PART = "[role=spinbutton]"; // of a day or a time: it tells of its keys alone
  const TYPED = `input:not([type=radio], [type=checkbox]), textarea, ${PART}`;
  const FORM = "[data-testid=stForm]"; // what is typed there is sent by its button
  const WIDGET = "[data-testid=stElementContainer]";
  const PATIENCE = 1000; // ms, for the text of a field that was left
  const RUN = 0x5a; // how a message begins that asks for a run
  const BY_ITSELF = /\* [0-9a-f]{32}0\u0001/; // in a message: a part of the page asks in its own time, as a clock does
  const WORDS = "input[type=text]:not([role=combobox]), textarea"; // what is typed there is sent as it stands
  const STRING = 0x32; // before the length of a text in a message
  const ICON = "[translate=no]";
  const KEY = "st-key-";

  let pressed = null; // what the mouse went down on, what it is called, and where
  let isLeaving = false; // a field has been left, and its text is not on its way yet
  let isPressing = false; // what has waited is pressed now
  let unsent = null; // the field that was typed in and has not been sent since
  let patience = 0;
  const held = []; // presses that wait

  // What it says: an icon is written in letters too, and another one under the hand.
  function textOf(one) {
    const icons = [...one.querySelectorAll(ICON)].map((icon) => icon.textContent);
    return icons.reduce((text, icon) => text.replace(icon, ""), one.textContent);
  }

  // With where it belongs: the page may have put another thing into the same place.
  function nameOf(one) {
    const keys = [one.localName, textOf(one)];
    for (let each = one; each; each = each.parentElement) {
      keys.push(...[...each.classList].filter((name) => name.startsWith(KEY)));
    }
    return keys.join("\n");
  }

  function standsNow({ one, name }) {
    const isIt = (each) => each.isConnected && nameOf(each) === name;
    if (isIt(one)) return one;
    const [found, ...others] = [...document.querySelectorAll(one.localName)].filter(isIt);
    return others.length ? null : found;
  }

  // Streamlit sends what is new at the end of the moment, by a timer of its own.
  const afterSending = (act) => setTimeout(() => setTimeout(act));

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...given) {
    send.apply(this, given);
    if (given[0] instanceof Uint8Array && given[0][0] === RUN) onSent(given[0]);
  };

  const lettersOf = (bytes) => new TextDecoder("latin1").decode(bytes);

  // As a message holds a text: how long it is, seven bits at a time, and then its bytes.
  function written(text) {
    const bytes = new TextEncoder().encode(text);
    const head = [STRING];
    let rest = bytes.length;
    for (; rest > 127; rest >>= 7) head.push((rest & 127) | 128);
    return lettersOf(Uint8Array.from([...head, rest])) + lettersOf(bytes);
  }

  // The page may say something else just now: what it is asked by a clock, or what the keeper hands over.
  function onSent(message) {
    const letters = lettersOf(message);
    if (BY_ITSELF.test(letters)) return;
    if (!unsent?.matches(WORDS) || letters.includes(written(unsent.value))) unsent = null;
    if (isLeaving && !unsent) setTimeout(goOn);
  }

  function onTyped({ type, key, target }) {
    const isTyped = type === "input" ? target.matches?.(TYPED) : key !== "Tab" && target.matches?.(PART);
    if (isTyped) unsent = target;
  }

  function onLeave({ target }) {
    if (!target.matches?.(TYPED)) return;
    isLeaving = true;
    clearTimeout(patience);
    if (unsent === target && !target.closest(FORM)) patience = setTimeout(goOn, PATIENCE);
    else afterSending(goOn);
  }

  function goOn() {
    isLeaving = false;
    clearTimeout(patience);
    if (!held.length) return;
    if (holdsWords()) window.concordKeeper.sendKept();
    held.splice(0).forEach(pressHeld);
  }

  function onDown(event) {
    // A tap is one moment, told when the finger has left: nothing can move in between.
    const isPress = event.pointerType === "mouse" && event.button === 0;
    const one = isPress ? event.target.closest?.(PRESSED) : null;
    pressed = one && { one, name: nameOf(one), x: event.clientX, y: event.clientY };
  }

  function onClick(event) {
    if (pressed?.one.contains(event.target)) pressed = null; // the browser has seen it too
    const one = isPlain(event) ? event.target.closest?.(PRESSED) : null;
    if (!one) return;
    leaveFor(one);
    if (!isLeaving && !holdsWords()) return;
    if (!isLeaving) afterSending(goOn);
    event.preventDefault();
    event.stopImmediatePropagation();
    const name = nameOf(one);
    if (held.every((each) => each.name !== name)) held.push({ one, name });
  }

  // A mouse is held down for longer than it takes to leave a field: what stands in a form may not be handed over by then.
  const holdsWords = () => Boolean(window.concordKeeper?.holds());

  const isPlain = ({ ctrlKey, metaKey, shiftKey }) => !isPressing && !(ctrlKey || metaKey || shiftKey);

  // What is named by a label takes the cursor out of the field after it was chosen, and not before.
  function leaveFor(one) {
    const field = document.activeElement;
    const isTyping = field && field === unsent && !field.closest(FORM);
    if (isTyping && !field.closest(WIDGET)?.contains(one)) field.blur();
  }

  function pressHeld(each) {
    isPressing = true;
    standsNow(each)?.click();
    isPressing = false;
  }

  function onUp({ clientX: x, clientY: y }) {
    if (!pressed) return;
    if (Math.hypot(x - pressed.x, y - pressed.y) > MOVED) pressed = null;
    else setTimeout(pressAgain); // after the browser's own click
  }

  function pressAgain() {
    if (!pressed) return;
    const one = standsNow(pressed);
    pressed = null;
    one?.click();
  }

  window.addEventListener("pointerdown", onDown, true);
  window.addEventListener("click", onClick, true);
  for (const name of ["input", "keydown"]) window.addEventListener(name, onTyped, true);
  window.addEventListener("focusout", onLeave, true);
  window.addEventListener("pointerup", onUp, true);
  window.addEventListener("pointercancel", () => (pressed = null), true);
})();
