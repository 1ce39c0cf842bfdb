// @ts-check
/** The server's HTTP interface. The only module that knows addresses. */

/** @import {Attachment, ChatEvent, Config, Content, Session, Topic} from "./types.js" */

const PATIENCE = 15_000;

/** The server said no; `code` is stable, `detail` is for people. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {{code?: string, title?: string, detail?: string}} problem
   * @param {number} [after] seconds to wait
   */
  constructor(status, problem, after = 0) {
    super(problem.detail || problem.title || String(status));
    this.status = status;
    this.code = problem.code || "internal";
    this.after = after;
  }

  /** Whether the same request may succeed later. */
  get passing() {
    return this.status >= 500 || [401, 408, 429].includes(this.status);
  }
}

/** Nobody answered. */
export class Unreachable extends Error {}

export class Api {
  /** @param {string} server */
  constructor(server) {
    this.server = server;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{token?: string, body?: unknown, signal?: AbortSignal, patience?: number}} [how]
   * @returns {Promise<Response>}
   */
  async ask(method, path, { token, body, signal, patience = PATIENCE } = {}) {
    const over = AbortSignal.timeout(patience);
    /** @type {Record<string, string>} */
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const given = body === undefined ? undefined : JSON.stringify(body);
    const ends = signal ? AbortSignal.any([signal, over]) : over;
    let answer;
    try {
      answer = await fetch(this.server + path, {
        method, headers, body: given, signal: ends, cache: "no-store", credentials: "omit",
      });
    } catch (cause) {
      throw new Unreachable(path, { cause });
    }
    if (answer.ok) return answer;
    throw new Refused(
      answer.status,
      await answer.json().catch(() => ({})),
      Number(answer.headers.get("Retry-After")) || 0,
    );
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{token?: string, body?: unknown, signal?: AbortSignal, patience?: number}} [how]
   * @returns {Promise<any>}
   */
  async json(method, path, how) {
    const answer = await this.ask(method, path, how);
    if (answer.status === 204) return {};
    return answer.json().catch((cause) => {
      throw new Unreachable(path, { cause });
    });
  }

  /**
   * @param {{storefront: string, locale: string, timezone: string, identity?: string}} who
   * @returns {Promise<Session>}
   */
  async open(who) {
    return session(await this.json("POST", "/api/v1/sessions", { body: who }));
  }

  /** @param {string} token @returns {Promise<Session>} */
  async refresh(token) {
    return session(await this.json("POST", "/api/v1/sessions/refresh", { token }));
  }

  /**
   * Ask about the conversation of a session.
   * @param {string} method @param {Session} s @param {string} rest @param {object} [body]
   * @param {{signal?: AbortSignal, patience?: number}} [how]
   * @returns {Promise<any>}
   */
  #its(method, s, rest, body, how) {
    return this.json(method, at(s, rest), { token: s.token, body, ...how });
  }

  /** @param {Session} s @param {string} identity @returns {Promise<{verified: boolean}>} */
  identify(s, identity) {
    return this.#its("POST", s, "/identity", { identity });
  }

  /** @param {Session} s @param {string} id @param {Content} content */
  send(s, id, content) {
    return this.#its("POST", s, "/messages", { client_msg_id: id, ...content });
  }

  /**
   * @param {Session} s @param {number} since @param {number} wait @param {AbortSignal} [signal]
   * @returns {Promise<ChatEvent[]>}
   */
  async events(s, since, wait, signal) {
    const how = { signal, patience: PATIENCE + wait * 1000 };
    return (await this.#its("GET", s, `/events?since=${since}&wait=${wait}`, undefined, how)).events;
  }

  /** @param {Session} s @returns {Promise<{ticket: string}>} */
  ticket(s) {
    return this.#its("POST", s, "/ticket");
  }

  /** @param {Session} s @param {string} ticket @param {number} since */
  socket(s, ticket, since) {
    const path = at(s, `/ws?ticket=${encodeURIComponent(ticket)}&since=${since}`);
    return new WebSocket(this.server.replace(/^http/, "ws") + path, "aftersale.v1");
  }

  /** @param {Session} s */
  typing(s) {
    return this.#its("POST", s, "/typing");
  }

  /** @param {Session} s @param {number} seq */
  read(s, seq) {
    return this.#its("POST", s, "/read", { seq });
  }

  /** @param {Session} s */
  end(s) {
    return this.#its("POST", s, "/end");
  }

  /** @param {Session} s @param {{stars: number, comment?: string, subject: string}} rating */
  rate(s, rating) {
    return this.#its("POST", s, "/rating", rating);
  }

  /** @param {Session} s @returns {Promise<{survives: string[]}>} */
  remove(s) {
    return this.#its("DELETE", s, "");
  }

  /** Go back from the queue or a person to the assistant.
   * @param {Session} s @param {number} version
   */
  leave(s, version) {
    return this.#its("POST", s, "/leave", { version });
  }

  /** @param {Session} s @param {"txt" | "json"} format */
  async transcript(s, format) {
    return (await this.ask("GET", at(s, `/transcript?format=${format}`), { token: s.token })).blob();
  }

  /** @param {Session} s */
  mailTranscript(s) {
    return this.#its("POST", s, "/transcript", {});
  }

  /** @param {string} token @returns {Promise<Topic[]>} */
  async topics(token) {
    return (await this.json("GET", "/api/v1/conversations", { token })).conversations;
  }

  /**
   * @param {string} token
   * @returns {Promise<{number: string, state_label: string, items: string[], placed_at: string, total: {minor: number, currency: string}}[]>}
   */
  async orders(token) {
    return (await this.json("GET", "/api/v1/orders", { token })).orders;
  }

  /**
   * Send a file; `progress` hears shares from 0 to 1.
   * @param {string} token @param {File} file @param {(share: number) => void} progress
   * @param {AbortSignal} signal
   * @returns {Promise<Attachment>}
   */
  upload(token, file, progress, signal) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${this.server}/api/v1/uploads`);
      request.setRequestHeader("Authorization", `Bearer ${token}`);
      request.responseType = "json";
      request.upload.onprogress = (e) => progress(e.lengthComputable ? e.loaded / e.total : 0);
      request.onerror = () => reject(new Unreachable("upload"));
      request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
      request.onload = () =>
        request.status < 300
          ? resolve(request.response)
          : reject(new Refused(request.status, request.response || {}));
      signal.addEventListener("abort", () => request.abort());
      const form = new FormData();
      form.append("file", file);
      request.send(form);
    });
  }

  /** @param {string} path an address from an event */
  absolute(path) {
    return new URL(path, this.server).href;
  }
}

/** @param {Session} s @param {string} rest */
function at(s, rest) {
  return `/api/v1/conversations/${s.id}${rest}`;
}

/** @param {{conversation_id: string, token: string, expires_at: string, verified: boolean}} told */
function session(told) {
  return {
    id: told.conversation_id, token: told.token, expires: told.expires_at,
    verified: told.verified,
  };
}
