// The console: pages on which people see what goes on, write, answer, and set right what is stuck.

import { frame } from "./frame.ts";
import type { Console, ConsoleOptions } from "./options.ts";

export type { Console, ConsoleOptions, ConsoleUser } from "./options.ts";
export { type Finding, type SettingsMeans, settingsRoom } from "./pages/settings.ts";

/** Everything under the listener's root that is neither health, metrics, hook nor API. */
export const createConsole = (options: ConsoleOptions): Console => frame(options);
