// Finds the one-time code in a text, or none: better none than a wrong one. Shared by all channels.

/** What a code is called where texts with codes are sent. Lower case; CJK words stand without spaces around them. */
const NAMES =
  "code|codes|passcode|otp|pin|tan|mtan|smstan|password|kennwort|passwort|[a-zäöü]*code|kode|kod|kodi|kodas|koodi|kood|kódem|kód|código|codigo|codice|" +
  "contraseña|senha|mot de passe|clave|hasło|haslo|slaptažodis|wachtwoord|jelszó|heslo|şifre|şifreniz|sifre|parolă|parola|код|кода|кодом|пароль|кодът|" +
  "κωδικός|κωδικο|mã|kode verifikasi|رمز|كود|קוד|รหัส|कोड|ओटीपी";
const CJK =
  "認証コード|確認コード|認証番号|暗証番号|コード|ワンタイムパスワード|验证码|驗證碼|校验码|动态码|动态密码|確認碼|인증번호|인증 번호|인증코드|코드";
const NAMED = new RegExp(`(?<![\\p{L}\\p{N}])(?:${NAMES})(?![\\p{L}\\p{N}])|${CJK}`, "giu");
/** Codes that open no door. */
const OTHER =
  /(?:promo|promotion|discount|coupon|voucher|referral|gift|post(?:al)?|zip|area|country|dress|bar|qr|source|rabatt|gutschein|aktions?|vorteils?|promotions?|descuento|sconto|promo[a-zß]*|country calling|sort|swift|error)[- ]?(?:code|kod|code[a-z]*|código|codice|код)/giu;

/** 4 to 8 digits, perhaps in two groups or behind a letter (`G-123456`); no amount, date, time, decimal or part of a longer number. */
const CANDIDATE =
  /(?<![\p{L}\p{N}+#*/€$£¥]|\p{N}[ .,:/-]|[€$£¥] )(?:[A-Z]{1,2}-)?(\d{3}[- ]\d{3}|\d{4,8})(?![\p{L}\p{N}%€$£¥/]|[.,:-]\p{N}|[ -]\d|\s?(?:€|eur|usd|gbp|chf|pln|kr|rub|%|\$|£|mb|gb|km|uhr)(?![\p{L}]))/giu;
/** Han, kana and hangul may touch a code: there are no spaces. */
const CANDIDATE_CJK = /(?<![\p{N}.,:/+-])(\d{4,8})(?![\p{N}%]|[.,:/-]\p{N})/gu;
/** WICG "origin-bound one-time codes": the last line is `@host #code`. */
const BOUND = /(?:^|\n)@([a-z0-9.-]+\.[a-z]{2,}) #([A-Za-z0-9]{4,10})(?: @[a-z0-9.-]+)?\s*$/;
/** A text with a code is short; the search must stay cheap. */
const TEXT_MAX = 1000;
/** Between the name and the code stand at most this many characters ("code für Ihr Konto bei X ist"). */
const NEAR = 40;

export interface Otp {
  /** As it is typed in: no spaces, no hyphen, no prefix. */
  readonly code: string;
  /** The site that it is bound to, if the text says so. */
  readonly origin: string | null;
}

/** Where a code stands in its text, without its prefix: UTF-16 units. */
export interface Place {
  readonly at: number;
  readonly end: number;
}

/** The one-time code in `text`; null: none, or it is not certain which. */
export function findOtp(text: string): Otp | null {
  const found = locate(text);
  return found && { code: found.code, origin: found.origin };
}

/** Where the one-time code of `text` stands first, with the space or hyphen inside it; null: see `findOtp`. */
export function placeOfOtp(text: string): Place | null {
  const found = locate(text);
  return found && { at: found.at, end: found.end };
}

function locate(text: string): (Otp & Place) | null {
  if (text.length > TEXT_MAX) return null;
  const bound = BOUND.exec(text);
  if (bound?.[1] !== undefined && bound[2] !== undefined) {
    const at = text.indexOf(bound[2]);
    return { code: bound[2], origin: `https://${bound[1]}`, at, end: at + bound[2].length };
  }
  const clear = text.replace(OTHER, (found) => " ".repeat(found.length));
  const names = [...clear.matchAll(NAMED)].map((found) => ({
    at: found.index,
    end: found.index + found[0].length,
  }));
  if (names.length === 0) return null;
  const spaceless = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(clear);
  const found = [...clear.matchAll(spaceless ? CANDIDATE_CJK : CANDIDATE)].map((match) => {
    const [whole, written = ""] = match;
    const end = match.index + whole.length;
    return { code: written.replace(/[- ]/g, ""), at: match.index, digits: end - written.length, end };
  });
  const codes = new Set(found.map((one) => one.code));
  const near = new Set(
    found.filter((one) => names.some((name) => gap(name, one) <= NEAR)).map((one) => one.code),
  );
  // One number in the text, or one that stands by the name: anything else is a guess.
  const [code] = codes.size === 1 ? codes : near.size === 1 ? near : [];
  const first = found.find((one) => one.code === code);
  return first ? { code: first.code, origin: null, at: first.digits, end: first.end } : null;
}

const gap = (a: { at: number; end: number }, b: { at: number; end: number }): number =>
  a.end <= b.at ? b.at - a.end : a.at - b.end;
