// @ts-check
/** Which screens there are, at which address, and what stands in the navigation. One line each. */

/** @import {Route} from "./router.js" */
/** @import {IconName} from "./dom.js" */
/** @import {Role} from "./types.js" */

/** @type {Route[]} */
export const ROUTES = [
  { path: "/inbox/:view?/:id?", load: () => import("./screens/inbox.js") },
  { path: "/conversations/:id", load: () => import("./screens/inbox.js") },
  { path: "/cases", load: () => import("./screens/cases.js") },
  { path: "/cases/:number", load: () => import("./screens/case.js") },
  { path: "/orders", load: () => import("./screens/orders.js") },
  { path: "/orders/:storefront/:number", load: () => import("./screens/order.js") },
  { path: "/approvals", load: () => import("./screens/approvals.js") },
  { path: "/mentions", load: () => import("./screens/mentions.js") },
  { path: "/numbers", load: () => import("./screens/supervisor.js"), role: "supervisor" },
  { path: "/settings", load: () => import("./screens/settings.js") },
];

/**
 * @typedef {object} Entry
 * @property {string} to
 * @property {string} label key of its name
 * @property {IconName} icon
 * @property {string} [count] which of the live counts
 * @property {boolean} [loud] its count asks for somebody
 * @property {Role} [role]
 * @property {string} [key] that leads there
 */

/** @type {{title: string, entries: Entry[]}[]} */
export const NAVIGATION = [
  {
    title: "nav_chats",
    entries: [
      { to: "/inbox/queue", label: "view_queue", icon: "inbox", count: "queue", loud: true, key: "1" },
      { to: "/inbox/mine", label: "view_mine", icon: "chat", count: "mine", key: "2" },
      { to: "/inbox/all", label: "view_all", icon: "list", count: "all", key: "3" },
      { to: "/mentions", label: "view_mentions", icon: "at", count: "mentions", loud: true },
    ],
  },
  {
    title: "nav_work",
    entries: [
      { to: "/cases", label: "view_cases", icon: "folder", count: "cases", key: "4" },
      { to: "/orders", label: "view_orders", icon: "box", key: "5" },
      { to: "/approvals", label: "view_approvals", icon: "check", count: "approvals", loud: true, key: "6" },
    ],
  },
  {
    title: "nav_lead",
    entries: [{ to: "/numbers", label: "metric_title", icon: "chart", role: "supervisor" }],
  },
];

export const HOME = "/inbox/queue";
