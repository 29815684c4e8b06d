// All messages of all languages. English says which there are; the compiler holds the others to it.
import { chat as chatDe } from "./de/chat.ts";
import { console as consoleDe } from "./de/console.ts";
import { device as deviceDe } from "./de/device.ts";
import { notice as noticeDe } from "./de/notice.ts";
import { panel as panelDe } from "./de/panel.ts";
import { reason as reasonDe } from "./de/reason.ts";
import { rejected as rejectedDe } from "./de/rejected.ts";
import { chat } from "./en/chat.ts";
import { console } from "./en/console.ts";
import { device } from "./en/device.ts";
import { notice } from "./en/notice.ts";
import { panel } from "./en/panel.ts";
import { reason } from "./en/reason.ts";
import { rejected } from "./en/rejected.ts";
import type { Language } from "./languages.ts";

const en = { ...notice, ...reason, ...rejected, ...chat, ...device, ...console, ...panel };
const de = { ...noticeDe, ...reasonDe, ...rejectedDe, ...chatDe, ...deviceDe, ...consoleDe, ...panelDe };

/** Names one thing to say. */
export type MessageId = keyof typeof en;

/** Patterns in Fluent syntax (projectfluent.org), whose further lines are indented. */
export type Catalogue = Readonly<Record<MessageId, string>>;

export const catalogues: Readonly<Record<Language, Catalogue>> = { en, de };
