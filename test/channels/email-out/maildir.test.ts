// Mail into a Maildir: whole, once, readable by mail programs; and what it means when the disk says no.
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compose } from "../../../src/channels/email/compose.ts";
import { createMaildir } from "../../../src/channels/email/maildir.ts";
import { speak } from "../../../src/words/index.ts";
import { noticePost, textPost } from "../../support/posts.ts";

const options = {
  domain: "sms.example.org",
  hostname: "mx.example.org",
  sims: [],
  speech: () => speak("en"),
};
const NAME = "1795350605.25-m0abc.sms.example.org";
const never = (): AbortSignal => new AbortController().signal;
const mail = (text = "Grüße\n.\nFrom me", attempts = 1) =>
  compose(textPost(text, { delivery: { attempts } }), options);
let root: string;
let path: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "simpost-maildir-"));
  path = join(root, "mail", "ana");
});
afterEach(() => rm(root, { recursive: true, force: true }));
const names = async (): Promise<string[][]> =>
  Promise.all(["tmp", "new", "cur"].map((folder) => readdir(join(path, folder))));

test("a mail is one file in new/, whole, for its owner only", async () => {
  const ref = await createMaildir(path, "sms.example.org").deliver(mail(), never());
  expect(ref).toBe("25-m0abc@sms.example.org");
  expect(await names()).toEqual([[], [NAME], []]);
  const raw = await readFile(join(path, "new", NAME));
  expect(raw.includes("\r")).toBe(false);
  expect(raw.toString()).toMatch(
    /^Return-Path: <bounce\+25-m0abc@sms\.example\.org>\nDelivered-To: ana@example\.org\nFrom: /,
  );
  expect((await simpleParser(raw)).text).toBe("Grüße\n.\nFrom me\n");
  expect((await stat(join(path, "new", NAME))).mode & 0o777).toBe(0o600);
});

test("a notice shows the null sender", async () => {
  await createMaildir(path, "sms.example.org").deliver(compose(noticePost("failed", [{}]), options), never());
  const [, [name = ""] = []] = await names();
  expect((await readFile(join(path, "new", name))).toString()).toMatch(/^Return-Path: <>\n/);
});

test("a repeated delivery is one mail, unread or read, with whatever flags", async () => {
  const maildir = createMaildir(path, "sms.example.org");
  await maildir.deliver(mail(), never());
  await maildir.deliver(mail("x", 2), never());
  expect(await names()).toEqual([[], [NAME], []]);
  await rename(join(path, "new", NAME), join(path, "cur", `${NAME}:2,FS`));
  // another process, after a crash
  expect(await createMaildir(path, "sms.example.org").deliver(mail("x", 2), never())).toBe(
    "25-m0abc@sms.example.org",
  );
  expect(await names()).toEqual([[], [], [`${NAME}:2,FS`]]);
});

test("a draft that a crash left behind is replaced", async () => {
  await mkdir(join(path, "tmp"), { recursive: true });
  await writeFile(join(path, "tmp", NAME), "half a mail that is longer than nothing".repeat(1_000));
  await createMaildir(path, "sms.example.org").deliver(mail("whole", 2), never());
  expect(await names()).toEqual([[], [NAME], []]);
  expect((await simpleParser(await readFile(join(path, "new", NAME)))).text).toBe("whole\n");
});

test("another delivery is another mail", async () => {
  const maildir = createMaildir(path, "sms.example.org");
  await Promise.all(
    [1, 2, 3].map((id) => maildir.deliver(compose(textPost("x", { delivery: { id } }), options), never())),
  );
  expect((await names())[1]).toHaveLength(3);
});

test("a folder that can't be is temporary, and concerns all mail; when it can, the mail arrives once", async () => {
  await writeFile(join(root, "mail"), "a file in the way");
  const maildir = createMaildir(path, "sms.example.org");
  await expect(maildir.deliver(mail(), never())).rejects.toMatchObject({
    name: "SendError",
    kind: "temporary",
    scope: "upstream",
  });
  await rm(join(root, "mail"));
  await maildir.deliver(mail(), never());
  expect((await names())[1]).toEqual([NAME]);
});

test("a folder where the mail's name is taken by something else is temporary", async () => {
  await mkdir(join(path, "new", NAME), { recursive: true });
  const maildir = createMaildir(path, "sms.example.org");
  await expect(maildir.deliver(mail(), never())).rejects.toMatchObject({
    kind: "temporary",
    scope: "upstream",
  });
});

test("an abort writes nothing", async () => {
  const maildir = createMaildir(path, "sms.example.org");
  await expect(maildir.deliver(mail(), AbortSignal.abort())).rejects.toMatchObject({
    kind: "temporary",
    scope: "message",
  });
  await expect(readdir(path)).rejects.toMatchObject({ code: "ENOENT" });
});
