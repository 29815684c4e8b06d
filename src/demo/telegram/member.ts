// Who is what in a chat: rights, and ChatMember objects made of them.
import type { ChatMember, User } from "grammy/types";

export type Status = "creator" | "administrator" | "member" | "left" | "kicked";

/** Rights of an administrator that matter to the bot. */
export interface Rights {
  readonly can_manage_topics: boolean;
  readonly can_delete_messages: boolean;
  readonly can_pin_messages: boolean;
}

export const ALL_RIGHTS: Rights = {
  can_manage_topics: true,
  can_delete_messages: true,
  can_pin_messages: true,
};
export const NO_RIGHTS: Rights = {
  can_manage_topics: false,
  can_delete_messages: false,
  can_pin_messages: false,
};

/** As getChatMember and my_chat_member tell it. */
export function chatMember(user: User, status: Status, rights: Rights): ChatMember {
  switch (status) {
    case "creator":
      return { status, user, is_anonymous: false };
    case "administrator":
      return {
        status,
        user,
        can_be_edited: false,
        is_anonymous: false,
        can_manage_chat: true,
        can_manage_video_chats: false,
        can_restrict_members: false,
        can_promote_members: false,
        can_change_info: false,
        can_invite_users: false,
        can_post_stories: false,
        can_edit_stories: false,
        can_delete_stories: false,
        can_send_welcome_messages: false,
        ...rights,
      };
    case "member":
    case "left":
      return { status, user };
    case "kicked":
      return { status, user, until_date: 0 };
  }
}
