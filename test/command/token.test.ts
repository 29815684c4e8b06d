// `simpost token`: made, used, listed, revoked, with a real daemon.
import { expect, test } from "vitest";
import { Usage } from "../../src/command/io.ts";
import { until } from "../../src/command/token.ts";
import { openRig, type Rig } from "../support/rig.ts";
import { alone, beside, records } from "./beside.ts";

const status = async (rig: Rig, token: string, path = "/status"): Promise<number> => {
  const answer = await fetch(`http://${rig.daemon.http}/api/v1${path}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  await answer.body?.cancel();
  return answer.status;
};

test("a token's whole life", async () => {
  await using rig = await openRig();
  expect(await beside(rig, ["token", "list"])).toEqual({ code: 0, out: "", err: "there are no tokens\n" });
  const argv = ["token", "create", "Zabbix", "--user", "ana", "--scope", "send,read", "--expires", "90d"];
  const made = await beside(rig, argv);
  const token = made.out.trimEnd();
  expect(made.out).toMatch(/^spt_\w+\n$/);
  expect(made.err).toMatch(
    /^Token [0-9a-f]{12}, of ana, user, for send, read, until \d{4}-\d\d-\d\d \S+ UTC\. It is not shown again\.\n$/,
  );
  expect(await status(rig, token)).toBe(200);
  expect(await status(rig, token, "/tokens")).toBe(403);

  const shown = await beside(rig, ["token", "list"]);
  expect(shown.out).toMatch(/^ID +NAME +USER +ROLE +SCOPES +MADE +USED +EXPIRES$/m);
  expect(shown.out).toMatch(/^[0-9a-f]{12} +Zabbix +ana +user +send read +\d/m);
  expect(shown.out).not.toContain(token);
  const [listed] = records<{ id: string }>(await beside(rig, ["token", "list", "--json"]));
  const id = listed?.id ?? "";
  expect(await beside(rig, ["token", "revoke", id, "000000000000", "../x"])).toEqual({
    code: 1,
    out: `${id}: revoked\n`,
    err: "000000000000: there is no such token\n../x: there is no such token\n",
  });
  expect(await status(rig, token)).toBe(401);
  expect(records(await beside(rig, ["token", "revoke", id, "--json"]))).toEqual([{ id, revoked: false }]);
});

test("a machine's token has the role that it was given, and reads only unless told more", async () => {
  await using rig = await openRig();
  const argv = ["token", "create", "wall", "--role", "operator", "--json"];
  const [made] = records<{ token: string }>(await beside(rig, argv));
  expect(made).toMatchObject({
    name: "wall",
    user: null,
    role: "operator",
    scopes: ["read"],
    expiresAt: null,
  });
  const plain = await beside(rig, ["token", "create", "x", "--role", "admin", "--scope", "tokens"]);
  expect(plain.err).toMatch(/, of nobody, admin, for tokens, until it is revoked\./);
});

test("a token can't do more than its user", async () => {
  await using rig = await openRig();
  await expect(beside(rig, ["token", "create", "x", "--user", "ana", "--role", "admin"])).rejects.toThrow(
    "A token can't do more than its user can",
  );
});

test.each([
  [["token", "craete", "x"], 'there is no "craete": did you mean "create"?'],
  [["token", "constructor"], 'there is no "constructor"'],
  [["token", "create"], "create wants one NAME"],
  [["token", "create", "a", "b"], "create wants one NAME"],
  [["token", "create", "a"], "say whose it is (--user), or what it may do"],
  [["token", "create", "a", "--user", "anna"], 'has no user "anna": did you mean "ana"?'],
  [["token", "create", "a", "--role", "root"], '"root" is no role: they are admin, operator, user'],
  [["token", "create", "a", "--role", "admin", "--scope", "all"], '"all" is no scope: they are read, send'],
  [["token", "create", "a", "--role", "admin", "--expires", "soon"], '"soon" is no time'],
  [["token", "create", "a", "--role", "admin", "--expires", "2020-01-01"], "that is over already"],
  [["token", "list", "all"], '"all" is too much'],
  [["token", "list", "--role", "admin"], "--role is nothing for list"],
  [["token", "revoke"], "revoke wants an ID"],
  [["token", "revoke", "x", "--scope", "read"], "--scope is nothing for revoke"],
])("%j is bad usage", async (argv, message) => {
  await expect(alone(argv)).rejects.toThrow(Usage);
  await expect(alone(argv)).rejects.toThrow(message);
});

const NOW = Date.UTC(2026, 10, 22, 12);
test.each([
  ["30m", "2026-11-22T12:30:00.000Z"],
  ["12h", "2026-11-23T00:00:00.000Z"],
  ["90d", "2027-02-20T12:00:00.000Z"],
  ["2027-01-31", "2027-01-31T00:00:00.000Z"],
  ["2027-01-31T08:00+01:00", "2027-01-31T07:00:00.000Z"],
])("until %s is %s", (written, expected) => {
  expect(new Date(until(written, NOW)).toISOString()).toBe(expected);
});

test.each(["0d", "99999d", "2027-13-01", "undefined", "9999999d", "-1d", ""])(
  "until %j is refused",
  (written) => {
    expect(() => until(written, NOW)).toThrow(Usage);
  },
);
