// The emoji that a bot may react with: the list at ReactionTypeEmoji.
import type { ReactionType } from "grammy/types";

const LIST =
  "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡";

type Emoji = Extract<ReactionType, { type: "emoji" }>["emoji"];

export const EMOJI: ReadonlySet<string> = new Set(LIST.split(" "));

export const isReaction = (emoji: string): emoji is Emoji => EMOJI.has(emoji);
