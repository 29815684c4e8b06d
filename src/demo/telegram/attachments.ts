// Messages that are not text: the least that the Bot API shows of each kind.
import type { Content } from "./post.ts";

export type Attachment = "photo" | "voice" | "sticker" | "document" | "video" | "location" | "poll";

const file = (name: string) => ({ file_id: `${name}-file`, file_unique_id: name });

export const ATTACHMENTS: Readonly<Record<Attachment, Partial<Content>>> = {
  photo: { photo: [{ ...file("photo"), width: 320, height: 240, file_size: 12_345 }] },
  voice: { voice: { ...file("voice"), duration: 3, mime_type: "audio/ogg" } },
  sticker: {
    sticker: {
      ...file("sticker"),
      type: "regular",
      width: 512,
      height: 512,
      is_animated: false,
      is_video: false,
      emoji: "👍",
    },
  },
  document: { document: { ...file("document"), file_name: "offer.pdf", mime_type: "application/pdf" } },
  video: { video: { ...file("video"), width: 640, height: 480, duration: 5 } },
  location: { location: { latitude: 52.52, longitude: 13.405 } },
  poll: {
    poll: {
      id: "1",
      question: "Lunch?",
      options: [],
      total_voter_count: 0,
      is_closed: false,
      is_anonymous: true,
      type: "regular",
      allows_multiple_answers: false,
      allows_revoting: false,
      members_only: false,
    },
  },
};
