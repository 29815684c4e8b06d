// The values that stand in requests: times, page lengths, cursors, SIMs, texts.
import { z } from "zod";
import type { Lane } from "../bridge/message.ts";

/** RFC 3339, with any offset; becomes UTC milliseconds. */
export const moment = z.iso.datetime({ offset: true }).transform((written) => Date.parse(written));

const LONGEST_PAGE = 500;
const PAGE = 50;
export const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(LONGEST_PAGE)
  .default(PAGE)
  .describe("the longest page");

/** Texts are measured in parts later; this only keeps nonsense out. */
const LONGEST_TEXT = 100_000;
export const body = z
  .string()
  .max(LONGEST_TEXT)
  .refine((written) => written.isWellFormed(), { error: "is no Unicode text" });

/** `gateway` or `gateway:port`. */
export const simName = z
  .string()
  .regex(/^[^\s:]{1,100}(?::\d{1,3})?$/, { error: "must be gateway:port, or gateway" })
  .transform((written): Lane => {
    const [gateway = "", number] = written.split(":");
    return { gateway, port: number === undefined ? null : Number(number) };
  })
  .describe("gateway:port, or gateway");

/** Cursors are ours: clients give back what they were given. */
const CURSOR = /^[a-z](\d{1,15})(?:-(\d{1,15}))?$/;

/** A cursor of one kind (a letter) with one or two numbers. */
export const cursor = (kind: string, numbers: 1 | 2) =>
  z
    .string()
    .refine(
      (written) =>
        written.startsWith(kind) && CURSOR.exec(written)?.slice(1).filter(Boolean).length === numbers,
      { error: "is no cursor of this list" },
    )
    .transform((written) => {
      const [, first, second] = CURSOR.exec(written) ?? [];
      return [Number(first), Number(second ?? 0)] as const;
    })
    .describe("`next` of an earlier page");

export const cursorOf = (kind: string, ...numbers: readonly number[]): string =>
  `${kind}${numbers.join("-")}`;
