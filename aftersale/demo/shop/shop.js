// The demo shop's side of the chat: who the buyer is, and which order help is wanted with.
"use strict";
(() => {
  const { storefront, buyer, locale } = document.documentElement.dataset;
  const chat = (window.Aftersale ||= []); // calls wait here until the chat is loaded
  if (locale) window.AftersaleSettings = { locale };
  if (buyer) {
    const query = new URLSearchParams({ buyer });
    chat.push([
      "identify",
      async () => {
        const answer = await fetch(`/shop/${storefront}/identity?${query}`, { cache: "no-store" });
        if (!answer.ok) throw new Error("The shop does not know this buyer.");
        return answer.text();
      },
    ]);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-help]");
    if (!button) return;
    window.Aftersale.push(["setContext", { order: button.dataset.help }]);
    window.Aftersale.push(["open"]);
  });
})();
