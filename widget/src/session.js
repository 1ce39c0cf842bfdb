// @ts-check
/** Who the buyer is to the server: opening, renewing, proving and losing the session. */

import { Refused } from "./api.js";

/** @import {Api} from "./api.js" */
/** @import {Kept} from "./kept.js" */
/** @import {Tabs} from "./tabs.js" */
/** @import {Identity, Session, Settings} from "./types.js" */

const RENEW_BEFORE = 30 * 60_000;
const PROOF_LASTS = 6 * 3_600_000; // the server's is twice as long

export class Sessions {
  /** @type {Identity | null} */
  identity = null;
  /** When the shop's word about the buyer was last given, in this tab. */
  #proved = 0;
  /** @type {Session | null} */
  now;

  /**
   * @param {Api} api @param {Kept} kept @param {Settings} settings @param {Tabs} tabs
   * @param {{changed: () => void, lost: () => void}} told when the conversation is another one; when it is over
   */
  constructor(api, kept, settings, tabs, { changed, lost }) {
    this.api = api;
    this.changed = changed;
    this.lost = lost;
    this.kept = kept;
    this.settings = settings;
    this.tabs = tabs;
    this.now = kept.session();
  }

  /**
   * Another tab told, or storage did: what one tab writes, another may read only later.
   * @param {Session | null} session
   */
  hear(session) {
    this.now = session;
    this.changed();
  }

  /** The newer of what this tab knows and what is stored. */
  #newest() {
    const [mine, stored] = [this.now, this.kept.session()];
    return mine && stored && stored.expires > mine.expires ? stored : mine || stored;
  }

  /** Return the session, opening one when there is none. */
  async ensure() {
    const have = this.now;
    if (have) return this.#prove(have);
    return this.tabs.alone("open", async () => {
      const opened = this.#newest();
      if (!opened) return this.#open();
      this.hear(opened);
      return opened;
    });
  }

  async #open() {
    const identity = await this.#word();
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const who = {
      storefront: this.settings.storefront,
      locale: this.settings.locale,
      timezone: timeZone || "UTC",
    };
    const made = await this.api.open(identity ? { ...who, identity } : who);
    if (identity) this.#proved = Date.now();
    this.become(made);
    return made;
  }

  /** @param {Session} session */
  become(session) {
    this.kept.saveSession(session);
    this.tabs.tell({ session });
    this.hear(session);
  }

  /** The next message opens another conversation. */
  drop() {
    this.kept.forgetSession();
    this.tabs.tell({ session: null });
    this.hear(null);
  }

  /** @returns {Promise<string>} the shop's signed word, or nothing */
  async #word() {
    return this.identity ? this.identity() : "";
  }

  /**
   * Give the shop's word again when the last one is over or was about somebody else.
   * @param {Session} have
   */
  async #prove(have) {
    if (!this.identity || Date.now() - this.#proved < PROOF_LASTS) return have;
    const word = await this.#word();
    try {
      const { verified } = await this.use((s) => this.api.identify(s, word), have);
      this.#proved = Date.now();
      return await this.tabs.alone("open", async () => this.keep({ verified }));
    } catch (problem) {
      if (!(problem instanceof Refused) || problem.code !== "identity_mismatch") throw problem;
      this.kept.forget(); // another buyer on the same computer never sees this chat
      this.now = null;
      return this.#open();
    }
  }

  /** Say the buyer's name now: the conversation stays, it becomes theirs. */
  async proveAgain() {
    this.#proved = 0;
    return this.ensure();
  }

  /** @param {Partial<Session>} change */
  keep(change) {
    const changed = { .../** @type {Session} */ (this.#newest()), ...change };
    this.become(changed);
    return changed;
  }

  /**
   * Do something with the token; one that is over is replaced once.
   * @template T
   * @param {(session: Session) => Promise<T>} work
   * @param {Session} [with_]
   * @returns {Promise<T>}
   */
  async use(work, with_) {
    const session = with_ || (await this.ensure());
    try {
      return await work(session);
    } catch (problem) {
      if (!(problem instanceof Refused) || problem.status !== 401) throw problem;
      return work(await this.recover(session, problem));
    }
  }

  /**
   * Find a token that is good: of another tab, the successor of the one that is over, or one by the
   * shop's word. Without any the talk is lost, and nothing new begins before the buyer writes.
   * @param {Session} lost @param {Refused} problem
   * @returns {Promise<Session>}
   */
  async recover(lost, problem) {
    return this.tabs.alone("open", async () => {
      const newer = this.#newest();
      if (newer && newer.token !== lost.token) {
        this.hear(newer);
        return newer;
      }
      const next = await this.#successor(lost);
      if (next) return next;
      this.drop();
      if (!this.identity) {
        this.lost();
        throw problem;
      }
      const made = await this.#open();
      const topics = await this.api.topics(made.token).catch(() => []);
      const same = topics.find((topic) => topic.conversation_id === lost.id);
      if (!same) return made;
      const found = { ...made, id: lost.id, token: same.token };
      this.become(found);
      return found;
    });
  }

  /**
   * An unknown visitor's token brings the next one for some days after its time.
   * @param {Session} lost
   */
  async #successor(lost) {
    try {
      return this.keep(await this.api.refresh(lost.token));
    } catch (problem) {
      if (problem instanceof Refused && problem.status === 401) return null;
      throw problem; // nobody answers: nothing is known yet
    }
  }

  /** Replace the token while it still works. */
  async renew() {
    const have = this.now;
    if (!have || Date.parse(have.expires) - Date.now() > RENEW_BEFORE) return;
    await this.tabs.alone("open", async () => {
      if (this.#newest()?.token !== have.token) return;
      const { token, expires } = await this.api.refresh(have.token);
      this.keep({ token, expires });
    });
  }
}
