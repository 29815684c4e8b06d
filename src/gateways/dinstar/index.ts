// The driver for Dinstar gateways (DWG2000, UC2000) with the "New API": what it is made of, put together.

import { dialled } from "../../bridge/phone.ts";
import type { Gateway, GatewayOptions } from "../../bridge/ports/gateway.ts";
import { createHttp } from "../http.ts";
import { toUtc } from "../localtime.ts";
import { createApi } from "./api.ts";
import { createDesk } from "./desk.ts";
import { receive } from "./inbox.ts";
import { inquire } from "./inquire.ts";
import { MAX_TEXTS, MAX_USSD_BYTES } from "./limits.ts";
import { createLogin } from "./login.ts";
import { readPorts } from "./ports.ts";
import { progress } from "./progress.ts";
import { readPush } from "./push.ts";
import { createReceiptQuery } from "./receipts.ts";
import { createResultQuery } from "./results.ts";
import { fits, send } from "./send.ts";
import { createUssd } from "./ussd.ts";

/** Throws a plain Error for options that can't work. */
export function dinstar(options: GatewayOptions): Gateway {
  toUtc("2000-01-01 00:00:00", options.timezone); // throws for a zone that does not exist
  const http = createHttp(options);
  const api = createApi(createLogin(http, options), options);
  const dial = (phone: string) => dialled(phone, options.numbers, options.region);
  const results = createResultQuery(api, dial);
  const receipts = createReceiptQuery(api, dial);
  const ussd = createUssd(api, options.clock);
  return {
    name: options.name,
    limits: { batch: MAX_TEXTS, sameText: false, fits, ussd: MAX_USSD_BYTES },
    send: (batch, signal) => send(api, dial, batch, signal),
    progress: (open, signal) => progress(results, receipts, open, options.clock.now(), signal),
    inquire: (unsure, context, signal) => inquire(api, results, unsure, context, signal),
    receive: (cursor, signal) => receive(api, options, cursor, signal),
    ports: (signal) => readPorts(api, signal),
    pushed: readPush,
    ussd: ussd.one,
    desk: createDesk(api, dial, options, ussd.several),
    close: () => http.close(),
  };
}
