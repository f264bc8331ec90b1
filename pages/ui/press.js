// A press that began on a button counts, though the page is drawn anew under it. Loaded before Streamlit's scripts.
//
// To press a button is to leave the field before it, which sends the text; what the page draws then may move or replace
// the button while it is still held down, and a browser takes such a press for none.

(() => {
  const MOVED = 12; // pixels; who lets go further away has thought better of it
  const PRESSED = "button, a[href], label, summary, [role=tab]";
  const KEY = "st-key-";

  let pressed = null; // what the mouse went down on, what it is called, and where

  // What it says and where it belongs: the page may have put another thing into the same place.
  function nameOf(one) {
    const keys = [one.localName, one.textContent];
    for (let each = one; each; each = each.parentElement) {
      keys.push(...[...each.classList].filter((name) => name.startsWith(KEY)));
    }
    return keys.join("\n");
  }

  const isIt = (one) => one.isConnected && nameOf(one) === pressed.name;

  function standsNow() {
    if (isIt(pressed.one)) return pressed.one;
    const [found, ...others] = [...document.querySelectorAll(pressed.one.localName)].filter(isIt);
    return others.length ? null : found;
  }

  function onDown(event) {
    // A tap is one moment, told when the finger has left: nothing can move in between.
    const isPress = event.pointerType === "mouse" && event.button === 0;
    const one = isPress ? event.target.closest?.(PRESSED) : null;
    pressed = one && { one, name: nameOf(one), x: event.clientX, y: event.clientY };
  }

  function onClick(event) {
    if (pressed?.one.contains(event.target)) pressed = null; // the browser has seen it too
  }

  function onUp({ clientX: x, clientY: y }) {
    if (!pressed) return;
    if (Math.hypot(x - pressed.x, y - pressed.y) > MOVED) pressed = null;
    else setTimeout(pressAgain); // after the browser's own click
  }

  function pressAgain() {
    if (!pressed) return;
    const one = standsNow();
    pressed = null;
    one?.click();
  }

  window.addEventListener("pointerdown", onDown, true);
  window.addEventListener("click", onClick, true);
  window.addEventListener("pointerup", onUp, true);
  window.addEventListener("pointercancel", () => (pressed = null), true);
})();
