// What values of the config are made of: durations, sizes, names, secrets, groups of keys. Each checks, and turns what was written into what is used.
import { isIP } from "node:net";
import { z } from "zod";
import type { Place } from "./secrets.ts";
import { absent, meant } from "./words.ts";

/** A group of keys. An unknown one is a mistake, each with its own line in the message. */
export const group = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => `unknown key${meant(key, Object.keys(shape))}`).join("\n")
        : undefined,
  });

/** Text that people also write without quotes as a number. */
export const text = () =>
  z
    .union([z.string(), z.number()], {
      error: (issue) => absent(issue.input) ?? "must be a text: put it in quotes",
    })
    .transform(String);

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/;
const EXAMPLES = "500ms, 5s, 10m, 2h or 1d";

/** Milliseconds of a duration as written, or undefined. */
export function milliseconds(written: string): number | undefined {
  const match = DURATION.exec(written);
  const unit = Object.entries(UNITS).find(([name]) => name === match?.[2])?.[1];
  return unit === undefined ? undefined : Math.round(Number(match?.[1]) * unit);
}

/** No timer and no deadline is longer than this: ten years, milliseconds. */
const LONGEST = 3650 * UNITS.d;

/** A span of time in milliseconds, at least `least` (as written). */
export const duration = (least = "1ms") =>
  z
    .string({ error: (issue) => notDuration(issue.input) })
    .regex(DURATION, { error: (issue) => notDuration(issue.input) })
    .transform((written, context) => {
      const span = milliseconds(written) ?? Number.NaN;
      if (span >= (milliseconds(least) ?? 0) && span <= LONGEST) return span;
      context.addIssue({ code: "custom", message: `must be between ${least} and 3650d` });
      return z.NEVER;
    });

function notDuration(input: unknown): string {
  if (typeof input !== "string" && typeof input !== "number")
    return absent(input) ?? `must be a duration, like ${EXAMPLES}`;
  return /^\d+(\.\d+)?$/.test(String(input))
    ? `"${input}" needs a unit, like ${EXAMPLES}`
    : `"${input}" is no duration: write it like ${EXAMPLES}`;
}

const SIZES: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1000,
  mb: 1_000_000,
  kib: 1024,
  mib: 1024 * 1024,
};
const SIZE = /^(\d+(?:\.\d+)?)\s*(b|kb|mb|kib|mib|)$/i;

/** Bytes: a number, or with a unit. */
export const size = (least: number, most: number) =>
  text().transform((written, context) => {
    const match = SIZE.exec(written);
    const bytes = Math.round(Number(match?.[1]) * (SIZES[match?.[2]?.toLowerCase() ?? ""] ?? 1));
    if (match && bytes >= least && bytes <= most) return bytes;
    const why = match
      ? `must be between ${least} and ${most} bytes`
      : `"${written}" is no size: write it like 256kB or 1MB`;
    context.addIssue({ code: "custom", message: why });
    return z.NEVER;
  });

export const count = (least: number, most: number) => z.int().min(least).max(most);

/** Names of gateways and channels: they stand in addresses, pools and log lines. */
export const endpointName = () =>
  z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, {
    error: "a name has lower-case letters, digits and hyphens inside (a-z, 0-9, -), at most 32",
  });

export const userName = () =>
  z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, {
    error:
      "a user's name has lower-case letters, digits, dots, hyphens and underscores, and begins with a letter or digit",
  });

const MAILBOX = /^[^\s@<>(),:;"[\]\\]+@[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i;
export const isMailbox = (written: string): boolean => written.length <= 254 && MAILBOX.test(written);

/** A mailbox, in lower case. */
export const mailbox = () =>
  z
    .string()
    .refine(isMailbox, {
      error: (issue) => `"${String(issue.input)}" is no mail address: write it like ana@example.org`,
    })
    .toLowerCase();

export const domain = () =>
  z
    .string()
    .regex(/^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i, {
      error: (issue) => `"${String(issue.input)}" is no domain: write it like sms.example.org`,
    })
    .toLowerCase();

/** An http or https address of a server, without a password in it. */
export const url = () =>
  z.string().refine(
    (written) => {
      const read = URL.parse(written);
      return read !== null && /^https?:$/.test(read.protocol) && !read.username && !read.password;
    },
    {
      error: "must be an address like http://192.0.2.10 or https://192.0.2.10:8443, without a password in it",
    },
  );

/** "address:port", "[v6]:port". */
export const listen = () =>
  text().refine((written) => splitListen(written) !== undefined, {
    error: (issue) => `"${String(issue.input)}" is no address and port: write it like 127.0.0.1:8080`,
  });

export function splitListen(
  written: string,
): { readonly address: string; readonly port: number } | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/i.exec(written);
  const port = Number(match?.[3]);
  return match && port <= 65_535 ? { address: match[1] ?? match[2] ?? "", port } : undefined;
}

/** Only this machine can reach it. */
export const isLoopback = (address: string): boolean =>
  address === "localhost" || address === "::1" || (isIP(address) === 4 && address.startsWith("127."));

/** The path of a file or folder, relative to the config's folder, made absolute. */
export const path = (place: Place) =>
  z
    .string()
    .min(1)
    .transform((written) => place.path(written));

/** The path of a file that must be there and readable. */
export const readable = (place: Place) =>
  path(place).transform((file, context) => {
    try {
      place.readable(file);
    } catch (error) {
      context.addIssue({ code: "custom", message: error instanceof Error ? error.message : "can't be read" });
    }
    return file;
  });

/** A secret's value: written, or read from where it is. No message ever shows it. */
export const secret = (place: Place) =>
  z
    .union(
      [text(), z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })],
      {
        error: (issue) => absent(issue.input) ?? "must be a value in quotes, { env: NAME } or { file: PATH }",
      },
    )
    .transform((ref, context) => {
      try {
        return place.secret(ref);
      } catch (error) {
        context.addIssue({
          code: "custom",
          message: error instanceof Error ? error.message : "can't be read",
        });
        return z.NEVER;
      }
    });

/** A group of names, each with its own value, in the order of the file. */
export const named = <Value extends z.ZodType>(name: z.ZodString, value: Value) =>
  z
    .record(name, value)
    .transform((entries): ReadonlyMap<string, z.output<Value>> => new Map(Object.entries(entries)));
