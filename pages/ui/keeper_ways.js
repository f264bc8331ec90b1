// Tells the keeper, which is there before any page, how to reach the page that stands now.

export default function ({ data, setTriggerValue }) {
  if (data.keeps) window.concordKeeper.take({ keep: (texts) => setTriggerValue("typed", texts) });
  else window.concordKeeper.take({ send: (lost) => setTriggerValue("rescued", lost) });
}
