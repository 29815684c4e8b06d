// The channels that there are, one line each.
export { createEmail } from "./email/index.ts";
