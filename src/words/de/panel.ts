// German: the console's pages about gateways, charts, settings, and the demo's page.
import type { panel as english } from "../en/panel.ts";

export const panel = {} satisfies Record<keyof typeof english, string>;
