// Password hashes: made, checked, refused.
import { expect, test } from "vitest";
import { checkHash, hash, verify } from "../../src/config/hash.ts";

test("a hash is of its password only, and no two are equal", async () => {
  const made = await hash("correct horse");
  expect(made).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(await verify(made, "correct horse")).toBe(true);
  expect(await verify(made, "correct horsf")).toBe(false);
  expect(await verify(made, "")).toBe(false);
  expect(await hash("correct horse")).not.toBe(made);
});

test("passwords beyond ASCII", async () => {
  expect(await verify(await hash("пароль 😀"), "пароль 😀")).toBe(true);
});

test("a hash by the reference implementation (argon2 command, 64 MiB)", async () => {
  // echo -n "password" | argon2 somesalt -id -t 2 -k 65536 -p 1 (the project's own test vector)
  const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  expect(await verify(reference, "password")).toBe(true);
  expect(await verify(reference, "Password")).toBe(false);
});

test.each([
  ["hunter2", "a password is not written in the clear"],
  ["", "a password is not written in the clear"],
  ["$2b$12$abcdefghijklmnopqrstuv", "the hash is of another kind than argon2id"],
  [
    "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    "the hash is of another kind",
  ],
  [
    "$argon2id$v=16$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    "the hash is not whole",
  ],
  ["$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ", "the hash is not whole"],
  ["$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFh\n", "the hash is not whole"],
  [
    "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    "costs that make no sense",
  ],
  [
    "$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    "costs that make no sense",
  ],
  [
    "$argon2id$v=19$m=7,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    "costs that make no sense",
  ],
])("refuses %j", async (written, why) => {
  expect(() => checkHash(written)).toThrow(why);
  await expect(verify(written, "password")).rejects.toThrow(why);
});
