// Counts the time of the agenda item and of the whole meeting in the browser, so that the server need not.
// The next item is shown from its heading, however far the one before was scrolled.

const tick = (root, data, since) => {
  const passed = Math.floor((performance.now() - since) / 1000);
  const item = data.item_seconds + passed;
  const left = data.left_seconds - passed;
  const shown = `${Math.floor(item / 60)}:${String(item % 60).padStart(2, "0")}`;
  const line = root.querySelector(".item");
  line.textContent = data.of.replace("{elapsed}", shown).replace("{minutes}", data.item_minutes);
  line.classList.toggle("over", item > data.item_minutes * 60);
  const whole = root.querySelector(".whole");
  const minutes = String(Math.abs(left < 0 ? Math.floor(left / 60) : Math.ceil(left / 60)));
  whole.textContent = (left < 0 ? data.over : data.left).replace("{minutes}", minutes);
  whole.classList.toggle("over", left < 0);
};

const fromItsHeading = (root, item) => {
  if (root.concordItem !== undefined && root.concordItem !== item) {
    document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
  }
  root.concordItem = item;
};

export default function (component) {
  const { data, parentElement } = component;
  const since = performance.now();
  clearInterval(parentElement.concordClock);
  tick(parentElement, data, since);
  fromItsHeading(parentElement, data.item);
  parentElement.concordClock = setInterval(() => tick(parentElement, data, since), 1000);
  return () => clearInterval(parentElement.concordClock);
}
