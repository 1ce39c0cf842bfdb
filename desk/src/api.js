// @ts-check
/** The desk's HTTP interface: one function for each verb, and a clear text for every refusal. */

import { say, words } from "./words.js";

const PATIENCE = 20_000;
const ROOT = "/desk/api";

/** The server said no; `code` is stable, `message` is for people, `body` is the whole answer. */
export class Refused extends Error {
  /** @param {number} status @param {Record<string, any>} problem @param {number} [after] seconds to wait */
  constructor(status, problem, after = 0) {
    super(textOf(status, problem, after));
    this.status = status;
    this.code = String(problem.code || "internal");
    this.body = problem;
    this.after = after;
  }
}

/** Nobody answered. */
export class Unreachable extends Error {
  constructor() {
    super(say("problem_unreachable"));
  }
}

/** @typedef {{signal?: AbortSignal, quiet?: boolean}} How `quiet`: nobody did anything, so it is no sign of life */

export class Api {
  csrf = "";
  /** Called when the session is over. */
  onSignedOut = () => {};

  /**
   * @param {string} path below /desk/api
   * @param {Record<string, string | number | boolean | null | undefined>} [query]
   * @param {How} [how]
   * @returns {Promise<any>}
   */
  get(path, query = {}, how = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined && value !== false);
    const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    return this.ask("GET", text ? `${path}?${text}` : path, undefined, how);
  }

  /** @param {string} path @param {unknown} [body] @param {How} [how] @returns {Promise<any>} */
  post(path, body = {}, how = {}) {
    return this.ask("POST", path, body, how);
  }

  /** @param {string} path @param {unknown} [body] @param {How} [how] @returns {Promise<any>} */
  delete(path, body, how = {}) {
    return this.ask("DELETE", path, body, how);
  }

  /**
   * @param {string} method @param {string} path @param {unknown} body @param {How} how
   * @returns {Promise<any>}
   */
  async ask(method, path, body, { signal, quiet }) {
    const headers = this.#headers(method, quiet);
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const over = AbortSignal.timeout(PATIENCE);
    let answer;
    try {
      answer = await fetch(ROOT + path, {
        method, headers, cache: "no-store", credentials: "same-origin",
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, over]) : over,
      });
    } catch {
      if (signal?.aborted) throw new DOMException("cancelled", "AbortError");
      throw new Unreachable();
    }
    const told = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
    if (answer.ok) return told;
    throw this.#refused(answer.status, told, Number(answer.headers.get("Retry-After")) || 0);
  }

  /** @param {string} method @param {boolean} [quiet] @returns {Record<string, string>} */
  #headers(method, quiet) {
    return {
      Accept: "application/json",
      ...(method !== "GET" && this.csrf && { "X-Desk-CSRF": this.csrf }),
      ...(quiet && { "X-Desk-Background": "1" }),
    };
  }

  /** @param {number} status @param {Record<string, any>} told @param {number} [after] */
  #refused(status, told, after) {
    const refused = new Refused(status, told || {}, after);
    if (status === 401 && refused.code !== "sign_in_refused") this.onSignedOut();
    return refused;
  }

  /**
   * Send a file; `progress` hears shares from 0 to 1.
   * @param {File} file @param {(share: number) => void} progress @param {AbortSignal} signal
   * @param {string} [path]
   * @returns {Promise<{attachment_id: string, media_type: string, size?: number, url?: string}>}
   */
  upload(file, progress, signal, path = "/uploads") {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", ROOT + path);
      for (const [name, value] of Object.entries(this.#headers("POST"))) request.setRequestHeader(name, value);
      request.responseType = "json";
      request.upload.onprogress = (e) => progress(e.lengthComputable ? e.loaded / e.total : 0);
      request.onerror = () => reject(new Unreachable());
      request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
      request.onload = () =>
        request.status < 300 ? resolve(request.response) : reject(this.#refused(request.status, request.response));
      signal.addEventListener("abort", () => request.abort());
      const form = new FormData();
      form.append("file", file);
      request.send(form);
    });
  }
}

/** @param {number} status @param {Record<string, any>} problem @param {number} after */
function textOf(status, problem, after) {
  const key = `problem_${String(problem.code || "").replace(/[.-]/g, "_")}`;
  const values = { who: String(problem.by || problem.agent?.name || problem.agent || say("somebody")), n: after };
  if (words.has(key)) return say(key, values);
  const known = { 403: "problem_forbidden", 404: "problem_not_found", 429: "problem_too_many" }[status];
  return problem.detail || (known && say(known, values)) || problem.title || say("problem_internal");
}

/**
 * What to tell a person about something that went wrong; nothing when it was given up on purpose.
 * @param {unknown} problem
 */
export function told(problem) {
  if (problem instanceof DOMException && problem.name === "AbortError") return "";
  if (problem instanceof Refused || problem instanceof Unreachable) return problem.message;
  console.error(problem);
  return say("problem_internal");
}
