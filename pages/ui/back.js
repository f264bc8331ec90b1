// Back leads to the page that somebody has left. Loaded before Streamlit's scripts.
//
// Where the program itself goes to another page, Streamlit first writes what that page is about into the address of the
// page that is left, and then goes: Back would lead to an address that belongs to neither.

(() => {
  const STEP = 3000; // ms; both come from one run
  const push = history.pushState;
  let written = { at: -Infinity, path: "" }; // when the address of a page was given something else to be about

  history.pushState = function (state, title, url) {
    const path = new URL(url ?? "", location.href).pathname;
    const isStep = path !== written.path && location.pathname === written.path && Date.now() - written.at < STEP;
    const isWritten = path === location.pathname && Boolean(location.search);
    written = isWritten ? { at: Date.now(), path } : { at: -Infinity, path: "" };
    return (isStep ? history.replaceState : push).call(this, state, title, url);
  };
})();
