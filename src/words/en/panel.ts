// English: the console's pages about gateways, charts, settings, and the demo's page.

export const panel = {};
