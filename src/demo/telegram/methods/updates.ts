// Methods by which a bot gets its updates: long polling or a webhook, never both.
import { badRequest, conflict } from "../errors.ts";
import type { Params } from "../params.ts";
import type { Updates } from "../updates.ts";
import type { Methods } from "./method.ts";

/** getUpdates: longer ones are cut down to this, seconds. */
const LONGEST_POLL_S = 50;
const WEBHOOK_ACTIVE =
  "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

/** "If not specified, the previous setting will be used." */
function remember(updates: Updates, params: Params): void {
  const kinds = params.list("allowed_updates");
  if (kinds) updates.allow(kinds.map(String));
}

export const UPDATES: Methods = {
  getUpdates: ({ account: { updates }, webhook }, params, signal) => {
    if (webhook.url !== "") throw conflict(WEBHOOK_ACTIVE);
    remember(updates, params);
    return updates.poll({
      offset: params.integer("offset", 0),
      limit: params.integer("limit", 100, 1, 100),
      timeout: params.integer("timeout", 0, 0, LONGEST_POLL_S),
      signal,
    });
  },

  setWebhook: ({ account: { updates }, webhook }, params) => {
    const url = params.text("url");
    const secret = params.text("secret_token");
    if (url !== "" && !(URL.canParse(url) && /^https?:/.test(url)))
      throw badRequest("bad webhook: An HTTPS URL must be provided for webhook");
    // "1-256 characters. Only characters A-Z, a-z, 0-9, _ and - are allowed."
    if (!/^[\w-]{0,256}$/.test(secret)) throw badRequest("secret token contains unallowed characters");
    remember(updates, params);
    if (params.flag("drop_pending_updates")) updates.drop();
    updates.interrupt("terminated by setWebhook request");
    webhook.set(url, secret);
    return true;
  },

  deleteWebhook: ({ account: { updates }, webhook }, params) => {
    if (params.flag("drop_pending_updates")) updates.drop();
    webhook.set("", "");
    return true;
  },

  getWebhookInfo: ({ account: { updates }, webhook }) => ({
    url: webhook.url,
    has_custom_certificate: false,
    pending_update_count: updates.pending.length,
    ...(webhook.url === "" ? {} : { max_connections: 40, ip_address: "127.0.0.1" }),
    ...webhook.lastError,
    ...(updates.allowed ? { allowed_updates: updates.allowed } : {}),
  }),
};
