// What every store must do: the shared suite. A store's test brings a rig with a fresh store for each case.
import { describe } from "vitest";
import { accepting } from "./store/accepting.ts";
import { archive } from "./store/archive.ts";
import { claiming } from "./store/claiming.ts";
import { figures } from "./store/figures.ts";
import { inboxes } from "./store/inboxes.ts";
import { keeping } from "./store/keeping.ts";
import { ledger } from "./store/ledger.ts";
import { narrowing } from "./store/narrowing.ts";
import { ordering } from "./store/ordering.ts";
import { properties } from "./store/properties.ts";
import { reporting } from "./store/reporting.ts";
import { searching } from "./store/searching.ts";
import type { Rig } from "./store/setup.ts";
import { threading } from "./store/threading.ts";
import { waiting } from "./store/waiting.ts";
import { withdrawing } from "./store/withdrawing.ts";

export type { Rig } from "./store/setup.ts";

/** Calls the suite. `make`: a fresh, empty store. */
export function storeContract(name: string, make: () => Promise<Rig>): void {
  describe(`${name} keeps the store contract`, () => {
    accepting(make);
    threading(make);
    claiming(make);
    ordering(make);
    reporting(make);
    withdrawing(make);
    inboxes(make);
    ledger(make);
    searching(make);
    narrowing(make);
    archive(make);
    figures(make);
    keeping(make);
    waiting(make);
    properties(make);
  });
}
