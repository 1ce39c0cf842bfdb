// The shapes that screens share: who is signed in, what a screen is, what the server tells.

import type { Api } from "./api.js";
import type { Asked } from "./components/dialog.js";
import type { Live } from "./live.js";
import type { say, words } from "./words.js";

export type Role = "agent" | "reviewer" | "supervisor" | "admin";

export interface Me {
  user: string;
  name: string;
  role: Role;
  storefronts: string[];
  languages: string[];
  team: string | null;
  csrf: string;
  idle_seconds: number;
  picture?: string | null;
}

/** Something that can be done now: by a key, by the palette, listed in the help. */
export interface Command {
  id: string;
  label: string;
  /** One character, or "Mod+k"; single characters can be switched off in the settings. */
  key?: string;
  group?: string;
  icon?: import("./dom.js").IconName;
  run: () => void;
  /** False: left out now. */
  when?: () => boolean;
  /** Words that find it as well. */
  also?: string;
}

export interface Screen {
  element: HTMLElement;
  title: string;
  /** Take a new address of the same route without being made anew; false: it cannot. */
  update?: (params: Record<string, string>, query: URLSearchParams) => boolean | void;
  commands?: () => Command[];
  /** Where the focus goes when the screen comes; its heading otherwise. */
  focus?: () => void;
  close: () => void;
}

export interface Context {
  api: Api;
  me: Me;
  say: typeof say;
  words: typeof words;
  params: Record<string, string>;
  query: URLSearchParams;
  /** Go to a path below /desk. */
  go: (path: string, how?: { replace?: boolean }) => void;
  announce: (text: string, how?: { urgent?: boolean }) => void;
  toast: (text: string, how?: { kind?: "good" | "bad"; action?: { label: string; act: () => void } }) => void;
  /** Tell a person about a problem; nothing where it was given up on purpose. */
  tell: (problem: unknown) => void;
  live: Live;
  dialog: (asked: Asked) => Promise<any>;
  /** What the agent chose for this browser. */
  settings: import("./settings.js").Settings;
  /** Put another title on the window and the screen. */
  retitle: (title: string) => void;
  may: (role: Role) => boolean;
  counts: () => Counts;
}

export interface Counts {
  queue: number;
  mine: number;
  all: number;
  cases: number;
  overdue: number;
  approvals?: number;
  [view: string]: number | undefined;
}

export interface Handoff {
  id: string;
  reason: string;
  state?: string;
  asked_at: string;
  claim_by: string | null;
  agent: string | { user?: string; name: string; picture?: string | null } | null;
  team: string | null;
  snoozed_until: string | null;
  case_number: string | null;
  words?: string | null;
  [more: string]: any;
}

export interface InboxItem {
  conversation_id: string;
  storefront: string;
  owner: string;
  owner_version: number;
  handoff: Handoff | null;
  buyer: { name: string | null; verified: boolean | string | null };
  language: string;
  channel: string;
  order: { number: string; value_minor: number; currency: string } | null;
  promise_due_at: string | null;
  last: { text: string; author: string; at: string } | null;
  unread: number;
  viewers: string[];
}

/** The chat at a messenger that a conversation is held in, and what it takes. */
export interface Thread {
  channel: string;
  account: string | null;
  reachable: boolean;
  /** Until when it takes what we write by ourselves; null: always. */
  window_until: string | null;
  /** How the chat was connected to the buyer; null: it is not. */
  level: string | null;
  /** The masked address that mail goes to when nothing is read there. */
  mail_to: string | null;
  /** Whether the buyer gets a note that asks them to write while the window is closed, and when they did. */
  asks: boolean;
  asked_at: string | null;
  topic: string | null;
  takes: { text: number; files: boolean; photo_bytes: number; file_bytes: number };
}
