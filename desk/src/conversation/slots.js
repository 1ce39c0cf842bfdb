// @ts-check
/** Places in the conversation that other parts of the desk fill: actions beside an order, and on a buyer. */

import { buyerActions, orderActions } from "../acting/menus.js";

/** @import {Context} from "../types.js" */

/**
 * @typedef {{conversation_id: string, storefront: string, blocked?: boolean, changed: () => void}} Where
 * @typedef {(order: Record<string, any>, context: Context, where: Where) => Node | null} OrderActions
 * @typedef {(conversation: Record<string, any>, context: Context, where: Where) => import("../components/menu.js").Item[]} BuyerActions
 */

/** @type {{orderActions: OrderActions, buyerActions: BuyerActions}} */
export const slots = {
  orderActions,
  buyerActions,
};
