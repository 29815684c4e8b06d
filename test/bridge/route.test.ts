// Who gets a text: whoever wrote last, else the first matching route, else the next; those who are gone are passed over.
import { describe, expect, test } from "vitest";
import type { Party } from "../../src/bridge/message.ts";
import { mayUse, right, type User } from "../../src/bridge/policy.ts";
import { circles, compileText, type Directory, nextCircle, type Route } from "../../src/bridge/route.ts";
import { NOW, thread } from "../support/deliveries.ts";

const mail = (address: string): Party => ({ via: "email", address });
const user = (name: string, change: Partial<User> = {}): User => ({
  name,
  parties: [mail(`${name}@example.org`)],
  reach: [mail(`${name}@example.org`)],
  send: null,
  validity: null,
  language: null,
  ...change,
});
const route = (to: Route["to"], when: Partial<Route> = {}): Route => ({
  gateway: null,
  port: null,
  from: null,
  text: null,
  to,
  ...when,
});
const directory = (routes: readonly Route[], users = [user("ana"), user("bob")]): Directory => ({
  users: new Map(users.map((one) => [one.name, one])),
  channels: new Set(["email"]),
  routes,
});
const heard = { lane: { gateway: "office", port: 0 }, phone: "+4915112345678", text: "Code 123" };
const wrote = { party: mail("ana@example.org"), user: "ana", at: NOW };

describe("circles", () => {
  test("whoever wrote last comes before the routes, which follow in their order", () => {
    const routes = [route([mail("team@example.org")]), route(["bob"])];
    expect(circles(heard, thread({ wrote }), directory(routes))).toEqual([
      [mail("ana@example.org")],
      [mail("team@example.org")],
      [mail("bob@example.org")],
    ]);
  });

  test("a user who left, an address that is hers no more, and a channel that is gone are passed over", () => {
    const routes = [route(["gone"]), route([{ via: "telegram", address: "1" }]), route(["bob"])];
    expect(circles(heard, thread({ wrote: { ...wrote, user: "gone" } }), directory(routes))).toEqual([
      [mail("bob@example.org")],
    ]);
    expect(
      circles(heard, thread({ wrote: { ...wrote, party: mail("old@example.org") } }), directory([])),
    ).toEqual([]);
  });

  test("each condition of a route must hold", () => {
    const matching: Partial<Route>[] = [
      {},
      { gateway: "office" },
      { port: 0 },
      { from: "+49*" },
      { text: compileText("code \\d+".replace("code", "Code")) },
      { gateway: "office", port: 0, from: "+4915*", text: compileText("(?i)^code") },
    ];
    for (const when of matching)
      expect(circles(heard, null, directory([route(["ana"], when)]))).toHaveLength(1);
    const missing: Partial<Route>[] = [
      { gateway: "depot" },
      { port: 1 },
      { from: "+48*" },
      { text: compileText("^123") },
      { gateway: "office", port: 1 },
    ];
    for (const when of missing) expect(circles(heard, null, directory([route(["ana"], when)]))).toEqual([]);
  });

  test("a pattern that would never end elsewhere ends here", () => {
    const evil = route(["ana"], { text: compileText("(a+)+$") });
    expect(circles({ ...heard, text: `${"a".repeat(50_000)}!` }, null, directory([evil]))).toEqual([]);
  });
});

test("URLs that differ in case are two, mailboxes are one", () => {
  const urls = ["https://hooks.example.org/aB", "https://hooks.example.org/Ab"].map((address) => ({
    via: "webhook",
    address,
  }));
  const mails = [mail("Ana@example.org"), mail("ana@example.org")];
  expect(nextCircle([[...urls, ...mails]], [])).toEqual([...urls, mails[1]]);
});

test("the next circle is the first none of whose people were tried, each person once", () => {
  const all = [[mail("a@x")], [mail("A@x"), mail("b@x"), mail("b@x")], [mail("c@x")]];
  expect(nextCircle(all, [])).toEqual([mail("a@x")]);
  expect(nextCircle(all, [mail("a@x")])).toEqual([mail("b@x")]);
  expect(nextCircle(all, [mail("a@x"), mail("b@x"), mail("c@x")])).toEqual([]);
});

describe("rights", () => {
  const send = { allow: ["+49*"], deny: ["+49900*"], perDay: null, gateways: ["office"] };

  test("nobody begins a conversation who was not given the right; deny holds for answers too", () => {
    expect(right(user("ana"), "+4915112345678")).toBe("answer");
    expect(right(user("ana", { send }), "+4915112345678")).toBe("send");
    expect(right(user("ana", { send }), "+48123456789")).toBe("answer");
    expect(right(user("ana", { send }), "+49900123456")).toBe("no");
  });

  test("texts leave only through gateways that the user may use", () => {
    expect(mayUse(user("ana", { send }), ["depot", "office"])).toEqual(["office"]);
    expect(mayUse(user("ana"), ["depot", "office"])).toEqual(["depot", "office"]);
  });
});
