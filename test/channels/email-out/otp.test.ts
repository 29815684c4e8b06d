// One-time codes are found in many languages, and nothing else is taken for one.
import fc from "fast-check";
import { parseOtpToken } from "mailparser";
import { expect, test } from "vitest";
import { findOtp, otpToken } from "../../../src/channels/email/otp.ts";

test.each([
  ["Your verification code is 123456", "123456"],
  ["123456 is your Facebook code", "123456"],
  ["G-482913 is your Google verification code.", "482913"],
  ["Your WhatsApp code: 123-456. Don't share it", "123456"],
  ["Dein Bestätigungscode lautet 4711.", "4711"],
  ["Ihre mTAN lautet 837261 fuer die Ueberweisung ueber 250,00 EUR auf DE12 3456", "837261"],
  ["Votre code de vérification est 889 120", "889120"],
  ["Tu código es 55512. Caduca en 10 minutos", "55512"],
  ["Il tuo codice di conferma: 901234", "901234"],
  ["Uw code is 20394", "20394"],
  ["Seu código de verificação é 7719", "7719"],
  ["Twój kod weryfikacyjny: 334455", "334455"],
  ["Ваш код подтверждения: 448822", "448822"],
  ["Jūsų patvirtinimo kodas 774411", "774411"],
  ["認証コードは123456です。", "123456"],
  ["【淘宝】您的验证码是884422，请勿泄露", "884422"],
  ["[카카오] 인증번호 [123456]를 입력해주세요", "123456"],
  ["Onay kodu yerine kod: 998877", "998877"],
  ["Use code 4821 to log in. Call +49 30 1234567 for help. Expires 22.11.2026 14:30", "4821"],
  ["<#> 654321 is your Uber code\nFA+9qCX9VSu", "654321"],
])("%s", (text, code) => {
  expect(findOtp(text)).toEqual({ code, origin: null });
});

test("an origin-bound code names its site", () => {
  const otp = findOtp("123456 is your FooBar code.\n\n@example.com #123456");
  expect(otp).toEqual({ code: "123456", origin: "https://example.com" });
});

test.each([
  "Hello, see you at 1430",
  "Your order 12345678 has shipped",
  "Use promo code 2026 and save",
  "Gutscheincode 12345 nur heute",
  "Rabattcode: 4444",
  "Your code will arrive soon",
  "Pay 1234 EUR, the code of conduct applies",
  "The code costs 12.50 EUR or 1250 $",
  "Codes: 123456 or 654321",
  "code 123456789012",
  "postal code 10115",
  "Call +4930123456 for your code",
  "Code review at 14:30 on 2026-11-22",
  "",
])("no code: %s", (text) => {
  expect(findOtp(text)).toBeNull();
});

test("whatever is found makes a header that parses, and nothing throws or takes long", () => {
  const word = fc.constantFrom(
    "code ",
    "код:",
    "123456",
    "12 34",
    " is ",
    "-",
    "@a.b #",
    "\n",
    "認証コード",
    "9".repeat(9),
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string())), (words) => {
      const otp = findOtp(words.join(""));
      if (otp === null) return true;
      const parsed = parseOtpToken(otpToken({ ...otp, origin: null }, "sms.example.org"));
      return parsed?.code === otp.code && parsed.origin === "https://sms.example.org";
    }),
    { numRuns: 500 },
  );
  const started = performance.now();
  findOtp("code ".repeat(200));
  findOtp("1234 ".repeat(200));
  findOtp("a".repeat(1000));
  expect(performance.now() - started).toBeLessThan(200);
});
