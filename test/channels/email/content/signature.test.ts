// Signatures: the delimiter, and what phones add.
import { expect, test } from "vitest";
import { cutAdded, cutDelimited } from "../../../../src/channels/email/content/signature.ts";

test("what follows the delimiter goes; a mere -- is text", () => {
  expect(cutDelimited("hello\n\n-- \nAna Maier\nExample Ltd")).toBe("hello\n");
  for (const text of [
    "one\n--\ntwo",
    "a -- b",
    "--",
    "one\n---\ntwo",
    "one\n --\ntwo",
    "one\n-- two",
    "-- \nonly this",
  ]) {
    expect(cutDelimited(text)).toBe(text);
  }
});

test.each([
  "Sent from my iPhone",
  "Sent from my iPad",
  "Sent from my Samsung Galaxy smartphone.",
  "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
  "Sent from Yahoo Mail for iPhone",
  "Sent from Outlook for iOS<https://aka.ms/o0ukef>",
  "Sent from Mail for Windows",
  "Sent with Proton Mail secure email.",
  "Get Outlook for Android<https://aka.ms/AAb9ysg>",
  "Von meinem iPhone gesendet",
  "Von meinem Samsung Galaxy Smartphone gesendet.",
  "Gesendet von meinem iPad",
  "Gesendet von Outlook für Android",
  "Gesendet mit der GMX Mail App",
  "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
  "Diese Nachricht wurde von meinem Android Mobiltelefon mit WEB.DE Mail gesendet.",
  "Outlook für iOS beziehen",
  "Envoyé de mon iPhone",
  "Envoyé depuis mon téléphone",
  "Télécharger Outlook pour iOS",
  "Enviado desde mi iPhone",
  "Enviado do meu iPhone",
  "Inviato da iPhone",
  "Inviato dal mio telefono",
  "Verzonden vanaf mijn iPhone",
  "Wysłane z iPhone'a",
  "Wysłano z mojego telefonu",
  "Отправлено с iPhone",
  "Отправлено из мобильной Яндекс Почты",
  "Išsiųsta iš mano iPhone",
  "iPhoneから送信",
  "发自我的iPhone",
  "從我的 iPhone 傳送",
])("%s", (line) => {
  expect(cutAdded(`Yes, at eight.\n\n${line}\n`)).toBe("Yes, at eight.");
  expect(cutAdded(line)).toBe(line);
});

test("two of them", () => {
  expect(cutAdded("Yes.\n\nSent from my iPhone\n\nGet Outlook for iOS")).toBe("Yes.");
});

test.each([
  "See you\nSent from my heart",
  "Yes.\n\nViele Grüße\nAna",
  "Yes.\n\nMit freundlichen Grüßen\n\nAna Maier",
  "Sent from my iPhone, as always.\nBut this is news.",
  `Sent from my iPhone ${"and so on ".repeat(30)}`,
  "Thanks,\nBob",
])("%s stays", (text) => {
  expect(cutAdded(text)).toBe(text);
});

test.each(["Sent from my ", "-- \n", "\n", "Gesendet von ", " "])("a megabyte of %j ends", (piece) => {
  const text = `first line\n${piece.repeat(1_000_000 / piece.length)}`;
  expect(cutAdded(text).startsWith("first line")).toBe(true);
  expect(cutDelimited(text).startsWith("first line")).toBe(true);
});
