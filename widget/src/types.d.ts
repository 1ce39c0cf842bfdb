// The shapes that cross a border: settings of the page, the wire, what is kept in storage.

export interface Settings {
  storefront: string;
  server: string;
  locale: string;
  order: string;
  standalone: boolean;
  config: Promise<Config | null>;
  /** The catalogue of the locale, on its way while the panel is. */
  words: Promise<Record<string, any> | null>;
}

/** What `GET /api/v1/widget/config` tells. */
export interface Config {
  storefront: string;
  name: string;
  colour: string;
  colour_text: string;
  languages: string[];
  privacy_url: string | null;
  greeting: string | null;
  upload: { types: string[]; bytes: number; per_message: number };
  hours: { open: boolean; text: string } | null;
  sign_in_url: string | null;
  text_limit: number;
}

export type Identity = () => Promise<string>;

export interface Session {
  id: string;
  token: string;
  expires: string;
  verified: boolean;
}

export interface Button {
  id: string;
  title: string;
}

export interface Row {
  number: string;
  items?: string[];
  state_label?: string;
  placed_at?: string;
  amount?: string;
  button?: Button;
}

export interface Line {
  line_id: string;
  name: string;
  options?: Record<string, string>;
  quantity?: number;
  button: Button;
}

export interface Block {
  type: string;
  fallback: string;
  [field: string]: any;
}

export interface ChatEvent {
  seq: number;
  type: string;
  at: string;
  author: "buyer" | "bot" | "agent" | "seller" | "system";
  client_msg_id?: string;
  text?: string;
  payload?: string;
  response?: string;
  blocks?: Block[];
  /** Of an event of type owner: whose the conversation is now. */
  owner?: string;
  /** How it came to that; "place": it did not, only the queue moved. */
  move?: string;
  /** Rises with each move: whoever leaves says what they saw. */
  version?: number;
  /** The buyer's place in the queue. */
  position?: number | null;
  stars?: number;
  /** Whom the stars are for. */
  subject?: string;
  by?: string;
  /** Of an event of type read: the last seq that was read. */
  up_to?: number;
  /** Who of the shop speaks, when a person does. */
  agent?: { name: string; picture?: string };
}

export type Content = { text?: string; payload?: string; attachment_ids?: string[] };

/** A message of the buyer's that no event has confirmed yet. */
export interface Outgoing {
  id: string;
  at: number;
  content: Content;
  /** What it looks like until it comes back: the title of a button, the text. */
  label: string;
  state: "pending" | "sent" | "failed";
  problem?: string;
}

export interface Topic {
  conversation_id: string;
  token: string;
  last_at: string;
  title: string;
  unread: number;
}

export interface Attachment {
  attachment_id: string;
  media_type: string;
}

export type LineState = "connecting" | "online" | "offline";
