// @ts-check
/** Which screen stands at which address. Every address is a real one: it can be sent and reloaded. */

const BASE = "/desk";

/**
 * @typedef {object} Route
 * @property {string} path such as `/cases/:number?`
 * @property {() => Promise<Record<string, any>>} load the module of the screen
 * @property {string} [name] of the function in it; `screen` otherwise
 * @property {import("./types.js").Role} [role] that it takes at least
 */

/** @param {string} path @returns {RegExp} */
function pattern(path) {
  const text = path.replace(/\/:(\w+)(\?)?/g, (_, name, may) => (may ? `(?:/(?<${name}>[^/]+))?` : `/(?<${name}>[^/]+)`));
  return new RegExp(`^${text}/?$`);
}

export class Router {
  #patterns;

  /**
   * @param {Route[]} routes
   * @param {(route: Route | null, params: Record<string, string>, query: URLSearchParams) => void} show
   */
  constructor(routes, show) {
    this.routes = routes;
    this.#patterns = routes.map((route) => pattern(route.path));
    this.show = show;
    addEventListener("popstate", this.now);
    document.addEventListener("click", this.#click);
  }

  end() {
    removeEventListener("popstate", this.now);
    document.removeEventListener("click", this.#click);
  }

  /** The address below /desk. */
  get path() {
    return location.pathname.slice(BASE.length) || "/";
  }

  /** Show what stands at the present address. */
  now = () => {
    const at = this.#patterns.findIndex((each) => each.test(this.path));
    const found = at < 0 ? null : this.#patterns[at].exec(this.path);
    const given = Object.entries(found?.groups || {}).filter(([, value]) => value !== undefined);
    const params = Object.fromEntries(given.map(([name, value]) => [name, decodeURIComponent(value)]));
    this.show(at < 0 ? null : this.routes[at], params, new URLSearchParams(location.search));
  };

  /** @param {string} path below /desk, with its query @param {{replace?: boolean}} [how] */
  go(path, { replace = false } = {}) {
    const address = BASE + path;
    if (replace || address === location.pathname + location.search) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    this.now();
  }

  /**
   * A link of the desk changes the screen, not the page; with a modifier it stays a link.
   * @param {MouseEvent} event
   */
  #click = (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const target = /** @type {Element | null} */ (event.target);
    const link = /** @type {HTMLAnchorElement | null} */ (target?.closest?.("a[href]"));
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (!(link.pathname === BASE || link.pathname.startsWith(`${BASE}/`)) || link.pathname.startsWith(`${BASE}/api`)) return;
    if (link.hash && link.pathname === location.pathname) return;
    event.preventDefault();
    this.go(link.pathname.slice(BASE.length) + link.search);
  };
}

/** @param {string} path below /desk */
export const href = (path) => BASE + path;
