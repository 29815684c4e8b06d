// From the config to what the commands beside the daemon know of it. Loads no driver: a command is over soon.
import type { Role } from "../bridge/ports/control.ts";
import type { Config } from "../config/load.ts";

interface ClientUser {
  readonly name: string;
  readonly role: Role;
  readonly addresses: readonly { readonly via: string; readonly address: string }[];
  /** Texts in 24 hours; null: no limit. */
  readonly perDay: number | null;
  /** She may begin conversations. */
  readonly sends: boolean;
}

export function clientConfig({ file, users, gateways, channels, timing }: Config): {
  readonly file: string;
  readonly users: readonly ClientUser[];
  readonly gateways: readonly string[];
  readonly patience: number;
} {
  return {
    file,
    users: [...users].map(([name, user]) => ({
      name,
      role: user.role,
      addresses: [...channels].flatMap(([via, { driver }]) =>
        driver === "email" || driver === "telegram" ? user[driver].map((address) => ({ via, address })) : [],
      ),
      perDay: user.send?.perDay ?? null,
      sends: user.send !== undefined,
    })),
    gateways: [...gateways].filter(([, { enabled }]) => enabled).map(([name]) => name),
    patience: timing.ussd,
  };
}
