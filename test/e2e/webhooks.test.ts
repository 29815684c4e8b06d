// Texts that go to programs: at the URL that a route names, once per id, while it is down later, and to the next route when it wants no more.
import { expect, test } from "vitest";
import { type Receiver, startReceiver, verified } from "../channels/webhook/receiver.ts";
import { openRig, type Rig } from "../support/rig.ts";

const PHONE = "+491701234567";
const SECRET = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
const webhooks = { secret: SECRET, timeout: "2s" };

interface Told {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}
const told = ({ taken }: Receiver): readonly Told[] => taken.map(({ body }): Told => JSON.parse(body));
const texts = (receiver: Receiver): readonly unknown[] => told(receiver).map(({ data }) => data.text);

/** A house with these targets for whatever comes in. */
async function house(
  targets: readonly (readonly string[])[],
  more: Parameters<typeof openRig>[0] = {},
): Promise<Rig> {
  return openRig({ ...more, webhooks, routes: targets.map((to) => ({ to })) });
}

test.concurrent("a text, signed, with all that a program needs", async () => {
  const receiver = await startReceiver();
  await using rig = await house([[`webhook:${receiver.url}/sms`]], {
    gateway: { ports: { 0: { number: "+4915100000000", label: "sales" } } },
  });
  rig.text(PHONE, "Grüße 👋");
  await receiver.came(1);
  await rig.until("taken", async () =>
    (await rig.jobs()).some(({ delivery }) => delivery.state === "accepted"),
  );
  const [one] = receiver.taken;
  if (!one) throw new Error("nothing came");
  expect(one.path).toBe("/sms");
  expect(verified(one, SECRET)).toBe(true);
  const [job] = await rig.jobs();
  expect(told(receiver)).toMatchObject([
    {
      type: "text.received",
      data: {
        id: job?.message.id,
        thread: job?.thread.id,
        from: PHONE,
        text: "Grüße 👋",
        sim: { gateway: "dinstar", port: 0, number: "+4915100000000", label: "sales" },
      },
    },
  ]);
  expect([job?.delivery.state, job?.delivery.ref]).toEqual(["accepted", one.headers["webhook-id"]]);
  expect(rig.mailbox.total).toBe(0);
  await receiver.close();
});

test.concurrent("a receiver that fails gets it later, under the same id; another one meanwhile has its own", async () => {
  const [bad, good] = [await startReceiver(), await startReceiver()];
  bad.answer({ status: 500 });
  await using rig = await house([[`webhook:${bad.url}`, `webhook:${good.url}`]]);
  for (const text of ["one", "two", "three"]) rig.text(PHONE, text);
  await good.came(3);
  await bad.came(2);
  bad.answer({ status: 204 });
  await rig.until("all three", () => bad.taken.length === 3);
  // In the order in which they came, and nothing twice.
  expect([texts(good), texts(bad)]).toEqual([
    ["one", "two", "three"],
    ["one", "two", "three"],
  ]);
  const ids = (all: Receiver["taken"]) => new Set(all.map(({ headers }) => headers["webhook-id"]));
  expect(ids(bad.requests)).toEqual(ids(bad.taken));
  expect(rig.log.of("webhook down")).toHaveLength(1);
  await rig.logged("webhook up");
  await Promise.all([bad.close(), good.close()]);
});

test.concurrent("a receiver that is gone for good (410): the next route steps in", async () => {
  const receiver = await startReceiver();
  receiver.answer({ status: 410 });
  await using rig = await house([[`webhook:${receiver.url}/secret-path`], ["email:team@example.org"]]);
  rig.text(PHONE, "hello");
  await rig.letter("hello");
  expect(receiver.requests).toHaveLength(1);
  const errors = (await rig.jobs()).map(({ delivery }) => delivery.error ?? "");
  expect(errors.join()).toContain("410");
  expect(errors.join()).not.toContain("secret-path");
  await receiver.close();
});

test.concurrent("a URL that left the config while texts waited for it: the next route steps in", async () => {
  const [first, second] = [await startReceiver(), await startReceiver()];
  first.answer({ status: 500 });
  await using rig = await house([[`webhook:${first.url}`]]);
  rig.text(PHONE, "hello");
  await first.came(1);
  await rig.daemon.reload(rig.config({ webhooks, routes: [{ to: [`webhook:${second.url}`] }] }));
  await second.came(1);
  expect(texts(second)).toEqual(["hello"]);
  expect(first.taken).toEqual([]);
  await Promise.all([first.close(), second.close()]);
});

test.concurrent("with people in the same route: the program hears what they answer", async () => {
  const receiver = await startReceiver();
  await using rig = await house([["ana", `webhook:${receiver.url}`]]);
  rig.text(PHONE, "anybody?");
  const mail = await rig.letter("anybody?");
  await receiver.came(1);
  await rig.send(mail.parsed.from?.value[0]?.address ?? "", "me");
  await rig.sms("me");
  await receiver.came(2);
  expect(told(receiver)[1]).toMatchObject({
    type: "text.answered",
    data: { phone: PHONE, text: "me", by: { user: "ana", via: "email" } },
  });
  await receiver.close();
});

test.concurrent("stopping with a request that hangs: it is sent again at the next start, under the same id", async () => {
  const receiver = await startReceiver();
  receiver.answer("hang");
  await using rig = await house([[`webhook:${receiver.url}`]]);
  rig.text(PHONE, "hello");
  await receiver.came(1);
  await rig.stop();
  receiver.answer({ status: 200 });
  await rig.start();
  await receiver.came(2);
  await rig.until("taken", () => texts(receiver).length === 1);
  expect(new Set(receiver.requests.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  await receiver.close();
});
