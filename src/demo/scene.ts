// The scene: each step waits for what the step before brought about, never for time.
import { say } from "./chat.ts";
import type { ReceivedMail } from "./mailbox.ts";
import type { Phones, SentSms } from "./phones.ts";
import type { Letter, Posted } from "./post.ts";
import { BEN, DEPOT, DOMAIN, EMMA, NOBODY, OFFICE } from "./scenery.ts";
import type { Screen } from "./screen.ts";
import type { LogLine } from "./service.ts";
import type { Post } from "./telegram/post.ts";
import type { Running, World } from "./world.ts";

/** One step takes about a second; a slow machine gets more, milliseconds. */
const PATIENCE = 30_000;

/** What the bot shows on a message whose SMS has arrived. */
const ARRIVED = "👍";

/** Plays it once. Rejects when something does not happen. */
export async function play(world: World, { service, mailPort }: Running, screen: Screen): Promise<void> {
  const { phones, people } = world;
  people.prepare(BEN, ["Yes, 3 pm is fine.", null]);
  const write = async (letter: Letter): Promise<Posted> => {
    const { to, subject, text } = letter;
    const about = subject ? ` (Subject: ${subject})` : "";
    screen.step("ana", `mails ${to}: ${text === "" ? "an empty mail" : `"${text}"`}${about}`);
    const posted = await world.letters.send(mailPort, letter);
    screen.step("simpost", posted.answer);
    return posted;
  };
  const delivered = async ({ answer }: Posted): Promise<void> => {
    const message = /queued as (\w+)/.exec(answer)?.[1];
    const isIt = (line: LogLine): boolean =>
      line.event === "moved" && line.message === message && line.state === "delivered";
    await service.waitFor(isIt, PATIENCE);
  };

  const question = await write({
    to: `${BEN}@${DOMAIN}`,
    subject: "Delivery",
    text: "Can we bring the table at 3 pm?",
  });
  const sms = await smsTo(phones, BEN, 1);
  await delivered(question);
  const { parsed } = await answerTo(world, question);
  screen.step("mailbox", `in the thread of ana's mail, whose Message-ID is ${question.id}`);

  const thanks = await write({
    to: parsed.from?.value[0]?.address ?? "",
    subject: parsed.subject ?? "",
    text: "Great, see you then!",
    inReplyTo: parsed.messageId ?? "",
    references: [question.id, parsed.messageId ?? ""],
  });
  const second = await smsTo(phones, BEN, 2);
  expect(
    second.ownNumber === sms.ownNumber && second.device === sms.device,
    "the second SMS left from another SIM",
  );
  screen.step("phone", `from the same SIM as before, ${sms.ownNumber}: one conversation there, too`);
  await delivered(thanks);

  const other = sms.device === OFFICE ? DEPOT : OFFICE;
  await answerTo(world, await write({ to: `*100#+${other}@${DOMAIN}`, subject: "Balance?", text: "" }));

  await chat(world, screen);

  const failing = await write({ to: `${NOBODY}@${DOMAIN}`, subject: "Hello", text: "Is anybody there?" });
  const notice = await answerTo(world, failing);
  expect(notice.envelope.from === "", "the notice has an envelope sender");
}

/** A stranger's text reaches mailbox and chat; ana answers in the chat, and the mailbox sees that, too. */
async function chat({ phones, people, mailbox, chat }: World, screen: Screen): Promise<void> {
  const { ana } = chat;
  if (!ana) return;
  people.prepare(EMMA, [null]);
  people.text(EMMA, "Do you have room for two tonight?");
  const asked = await ana.chat.waitFor(fromBot("room for two"), PATIENCE);
  await mailbox.waitFor(({ parsed }) => parsed.text?.includes("room for two") ?? false, PATIENCE);
  const answer = say(chat, "Yes, at 8 pm. See you!", screen, asked);
  await smsTo(phones, EMMA, 1);
  await ana.chat.waitFor((post) => post.id === answer.id && post.reactions.includes(ARRIVED), PATIENCE);
  screen.step("chat", `${ARRIVED} on ana's message: it has arrived`);
  await mailbox.waitFor(({ parsed }) => parsed.text?.includes("at 8 pm") ?? false, PATIENCE);
  screen.step("mailbox", "the same conversation there: whoever reads it sees that it was answered");
}

const fromBot =
  (text: string) =>
  (post: Post): boolean =>
    (post.from?.is_bot ?? false) && post.text.includes(text);

/** The `count`th SMS to this phone, past or coming. */
async function smsTo(phones: Phones, to: string, count: number): Promise<SentSms> {
  const last = await phones.waitFor(() => phones.to(to).length >= count, PATIENCE);
  return phones.to(to)[count - 1] ?? last;
}

/** The mail in the mailbox that belongs to one of ana's. */
const answerTo = ({ mailbox }: World, { id }: Posted): Promise<ReceivedMail> =>
  mailbox.waitFor(({ parsed }) => parsed.inReplyTo === id, PATIENCE);

function expect(so: boolean, otherwise: string): void {
  if (!so) throw new Error(otherwise);
}
