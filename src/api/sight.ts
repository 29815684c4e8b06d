// What a viewer may look at: names in paths, and messages as far as they are hers to see.
import { z } from "zod";
import { readRecipient } from "../bridge/phone.ts";
import type { Job, Step } from "../bridge/ports/archive.ts";
import type { Viewer } from "../bridge/ports/control.ts";
import type { Desk } from "./endpoint.ts";
import { reaches } from "./guard.ts";
import { notFound } from "./problem.ts";

export const messageId = z
  .string()
  .regex(/^[0-9a-z]{1,40}$/)
  .describe("a message's id");
export const threadId = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number)
  .describe("a conversation");

/** A phone as it is kept; what can't be read as one may be a sender in letters. */
export function canonical(desk: Desk, written: string): string {
  try {
    return readRecipient(written, desk.region()).phone;
  } catch {
    return written.trim();
  }
}

interface Story {
  readonly jobs: readonly [Job, ...Job[]];
  readonly steps: ReadonlyMap<number, readonly Step[]>;
  /** Some of the message is in conversations that the viewer takes no part in, and is left out. */
  readonly partly: boolean;
}

/** A message as far as the viewer sees it. Throws Problem when there is nothing of it for her. */
export async function seenStory(desk: Desk, viewer: Viewer, id: string): Promise<Story> {
  const { control } = desk;
  const found = await control.story(viewer, id);
  if (!found) throw notFound("message");
  const hidden = new Set<number>();
  if (!reaches(viewer.role, "operator")) {
    for (const thread of new Set(found.jobs.map((job) => job.thread.id)))
      if ((await control.conversation(viewer, thread, null, 1)) === null) hidden.add(thread);
  }
  const [first, ...others] = found.jobs.filter(({ thread }) => !hidden.has(thread.id));
  if (!first) throw notFound("message");
  return { jobs: [first, ...others], steps: found.steps, partly: hidden.size > 0 };
}
