// What a viewer may look at: names in paths, and messages as far as they are hers to see.
import { z } from "zod";
import { readRecipient } from "../bridge/phone.ts";
import type { Job } from "../bridge/ports/archive.ts";
import type { Story, Viewer } from "../bridge/ports/control.ts";
import type { Desk } from "./endpoint.ts";
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

/** A message as far as the viewer sees it. Throws Problem when there is nothing of it for her. */
export async function seenStory({ control }: Desk, viewer: Viewer, id: string): Promise<SeenStory> {
  const found = await control.story(viewer, id);
  const [first, ...others] = found?.jobs ?? [];
  if (!found || !first) throw notFound("message");
  return { ...found, jobs: [first, ...others] };
}

interface SeenStory extends Story {
  readonly jobs: readonly [Job, ...Job[]];
}
