// The settings that only this driver has, read out of GatewayOptions.extra with their defaults. All are optional.

export interface Settings {
  /** What the device calls its first port in SMS and USSD requests. */
  readonly portBase: number;
  /** What getwirelessinfo calls the first port. */
  readonly wirelessBase: number;
  /** Least time between two txsms requests, milliseconds. */
  readonly spacing: number;
  /** The event that reads the outbox: the vendor's document names both. With `queryrxsms` both boxes come mixed, and are told apart by their form. */
  readonly outboxEvent: "querysxsms" | "queryrxsms";
  /** The event that reads the inbox; `newqueryrxsms` takes one port a call and dashed times. */
  readonly inboxEvent: "queryrxsms" | "newqueryrxsms";
  /** `literal`: this firmware escapes nothing in its JSON. */
  readonly json: "escaped" | "literal";
  /** `classic`: TaskHandle and QueryInfo for everything; `functions`: newer firmware's URL for each function. */
  readonly paths: "classic" | "functions";
  /** How far before the newest text seen the inbox is read again, milliseconds. */
  readonly overlap: number;
  /** How often the whole inbox is read, milliseconds: finds texts that a clock set back put outside the window. */
  readonly wideScan: number;
  /** A text is not called absent before the device had this long to show it, milliseconds. */
  readonly settle: number;
  /** Whether querytxsmsrpt is asked for delivery reports. */
  readonly receipts: boolean;
  /** `rptnum` of querytxsmsrpt; undefined: left out. */
  readonly rptnum: number | undefined;
}

const MINUTE = 60_000;

/** Throws a plain Error for a value that makes no sense. */
export function readSettings(extra: Readonly<Record<string, unknown>>): Settings {
  const paths = oneOf(extra, "paths", ["classic", "functions"]);
  return {
    portBase: count(extra, "portBase", 1),
    wirelessBase: count(extra, "wirelessBase", 0),
    spacing: count(extra, "spacing", 0),
    outboxEvent: oneOf(extra, "outboxEvent", ["querysxsms", "queryrxsms"]),
    inboxEvent: oneOf(
      extra,
      "inboxEvent",
      paths === "functions" ? ["newqueryrxsms", "queryrxsms"] : ["queryrxsms", "newqueryrxsms"],
    ),
    json: oneOf(extra, "json", ["escaped", "literal"]),
    paths,
    overlap: count(extra, "overlap", 120 * MINUTE),
    wideScan: count(extra, "wideScan", 15 * MINUTE),
    settle: count(extra, "settle", 5_000),
    receipts: flag(extra, "receipts", true),
    rptnum: extra.rptnum === undefined ? undefined : count(extra, "rptnum", 1),
  };
}

function count(extra: Readonly<Record<string, unknown>>, key: string, otherwise: number): number {
  const value = extra[key] ?? otherwise;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw new Error(`${key}: a whole number from 0 expected`);
  return value;
}

function flag(extra: Readonly<Record<string, unknown>>, key: string, otherwise: boolean): boolean {
  const value = extra[key] ?? otherwise;
  if (typeof value !== "boolean") throw new Error(`${key}: true or false expected`);
  return value;
}

/** The first choice is the default. */
function oneOf<const T extends string>(
  extra: Readonly<Record<string, unknown>>,
  key: string,
  choices: readonly [T, ...T[]],
): T {
  const value = extra[key] ?? choices[0];
  const hit = choices.find((choice) => choice === value);
  if (hit === undefined) throw new Error(`${key}: one of ${choices.join(", ")} expected`);
  return hit;
}
