// Shows our order card and the policy's decision beside a conversation in Chatwoot.
//
// Chatwoot tells which conversation is open. That alone opens nothing: the card is given for a
// short-lived key that our server has put beside that very conversation.
// @ts-check
"use strict";

const ASK = "chatwoot-dashboard-app:fetch-info";
const AGAIN = [300, 1500, 5000]; // milliseconds: the first question may come too early
const desk = document.documentElement.dataset.desk ?? "";
const place = /** @type {HTMLElement} */ (document.querySelector("main"));
let shown = "";

addEventListener("message", (event) => {
  if (event.origin !== desk || event.source !== window.parent) return;
  const talk = conversationOf(event.data);
  if (talk) void show(talk);
});
for (const wait of [0, ...AGAIN]) {
  setTimeout(() => shown || window.parent.postMessage(ASK, desk), wait);
}

/** @param {unknown} data @returns {{ref: string, token: string} | null} */
function conversationOf(data) {
  if (typeof data !== "string") return null;
  try {
    const said = JSON.parse(data);
    const talk = said?.event === "appContext" ? said.data?.conversation : null;
    if (!talk || typeof talk !== "object") return null;
    return { ref: String(talk.id ?? ""), token: String(talk.custom_attributes?.aftersale_card ?? "") };
  } catch {
    return null;
  }
}

/** @param {{ref: string, token: string}} talk */
async function show(talk) {
  shown = talk.ref;
  if (!talk.token) return say("This conversation did not come from Aftersale.");
  const answer = await fetch("/api/v1/desks/chatwoot/card", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(talk),
  }).catch(() => null);
  if (shown !== talk.ref) return undefined; // another conversation is open by now
  if (!answer) return say("The card could not be fetched. Please try again.");
  if (answer.status === 401) return say("This card is over. Please open the conversation anew.");
  if (!answer.ok) return say("There is no card for this conversation.");
  return draw(await answer.json());
}

/** @param {string} text */
function say(text) {
  place.replaceChildren(node("p", text));
}

/** @param {any} card */
function draw(card) {
  const parts = [node("p", card.verified ? "The buyer is verified." : "The buyer is not verified.")];
  if (card.case) parts.push(node("p", `Case ${card.case}`));
  parts.push(node("h2", card.order ? `Order ${card.order.number}` : "No order"));
  for (const line of card.order?.lines ?? []) parts.push(node("p", line));
  parts.push(node("h2", card.decisions.length ? "What the rules say" : "No decision yet"));
  for (const each of card.decisions) parts.push(decision(each));
  place.replaceChildren(...parts);
}

/** @param {any} each */
function decision(each) {
  const box = document.createElement("details");
  const about = each.order ? ` (${each.order})` : "";
  box.append(node("summary", `${each.ask}${about}: ${each.outcome}. ${each.reason}`));
  for (const rule of each.rules) {
    box.append(node("p", `${rule.name}: ${rule.verdict} ${rule.code} ${facts(rule.facts)}`.trim()));
  }
  if (facts(each.facts)) box.append(node("p", facts(each.facts)));
  box.append(node("p", `${each.reason_code}, rules ${each.policy_version}, ${each.at}`));
  return box;
}

/** @param {Record<string, string>} known */
function facts(known) {
  const said = Object.entries(known).map(([name, value]) => `${name}: ${value}`);
  return said.length ? `(${said.join(", ")})` : "";
}

/** @param {string} name @param {string} text */
function node(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
