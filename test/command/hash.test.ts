// `simpost hash`: passwords typed and piped.
import { expect, test } from "vitest";
import { hashCommand } from "../../src/command/hash.ts";
import { Usage } from "../../src/command/io.ts";
import { hash, verify } from "../../src/config/hash.ts";
import { screen } from "./setup.ts";

const echo = async (password: string): Promise<string> => `<${password}>`;

test.each([
  [["secret\n"], "secret"],
  [["secret"], "secret"],
  [["sec", "ret\r\nmore\n"], "secret"],
  [[" with blanks \n"], " with blanks "],
  [["pä", "ß\n"], "päß"],
])("piped %j", async (typed, password) => {
  const { io, out } = screen(typed);
  expect(await hashCommand(io, echo)).toBe(0);
  expect(out()).toBe(`<${password}>\n`);
});

test.each([[[]], [["\n"]]])("piped %j is no password", async (typed) => {
  await expect(hashCommand(screen(typed).io, echo)).rejects.toThrow(Usage);
});

test("on a terminal it is asked for twice and shown nowhere", async () => {
  const { io, out, err, raw } = screen(["se", "x\x7fcret\r", "secret\r"], true);
  expect(await hashCommand(io, echo)).toBe(0);
  expect(out()).toBe("<secret>\n");
  expect(err()).toBe("Password: \nThe same again: \n");
  expect(raw).toEqual([true, false, true, false]);
});

test("two different passwords are refused", async () => {
  const { io, out, err } = screen(["secret\rsekret\r"], true);
  expect(await hashCommand(io, echo)).toBe(1);
  expect(out()).toBe("");
  expect(err()).toContain("two different passwords");
});

test.each([["se\x03"], ["\x03"]])("Ctrl-C ends it and gives the terminal back", async (keys) => {
  const { io, raw } = screen([keys], true);
  await expect(hashCommand(io, echo)).rejects.toThrow("interrupted");
  expect(raw).toEqual([true, false]);
});

test.each([["\x04"], ["\r"]])("nothing typed is no password", async (keys) => {
  await expect(hashCommand(screen([keys], true).io, echo)).rejects.toThrow(Usage);
});

test("with the real hash, what it prints is what the config believes", async () => {
  const { io, out } = screen(["secret\n"]);
  await hashCommand(io, hash);
  expect(await verify(out().trim(), "secret")).toBe(true);
});
