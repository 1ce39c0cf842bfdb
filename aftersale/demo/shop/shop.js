// The demo shop's side of the chat: who the buyer is, and which order help is wanted with.
"use strict";
(() => {
  const { storefront, buyer, locale } = document.documentElement.dataset;
  const identity = async () => {
    const query = new URLSearchParams({ buyer });
    const answer = await fetch(`/shop/${storefront}/identity?${query}`, { cache: "no-store" });
    if (!answer.ok) throw new Error("The shop does not know this buyer.");
    return answer.text();
  };
  const settings = { storefront };
  if (locale) settings.locale = locale;
  settings.ready = [
    (chat) => {
      if (buyer) chat.identify(identity);
      document.addEventListener("click", (event) => {
        const button = event.target.closest("[data-help]");
        if (!button) return;
        chat.setContext({ order: button.dataset.help });
        chat.open();
      });
    },
  ];
  window.AftersaleSettings = settings;
})();
