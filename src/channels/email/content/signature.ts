// Signatures cut: what follows "-- ", and the line that a phone's mail program adds. Sign-offs that a person wrote stay.

/** A line that long was not added by a program. */
const MAX_LENGTH = 160;

const DEVICE =
  "(?:i-?phone|i-?pad|i-?pod|android|samsung|galaxy|huawei|honor|xiaomi|redmi|pixel|nokia|blackberry|windows phone|htc|sony|xperia|motorola|oneplus|oppo|smartphone|handy|mobiltelefon|mobilger[äa]t|mobile|téléphone|tel[eé]fono|telefon\\w*|telefoon|phone|tablet|teléfono|móvil|celular|telemóvel|cellulare|komórki|телефона|смартфона|айфона|手机|手機)";
const PROGRAM =
  "(?:outlook|mail (?:for|für|pour|para|per|voor|do|для) windows|yahoo|gmx|web\\.de|proton ?mail|k-9|gmail|aol|mail\\.ru|яндекс|fairemail|thunderbird|hotmail|tutanota|tuta|posteo|t-online|1&1|ionos)";
const thing = `.{0,40}(?:${DEVICE}|${PROGRAM})`;

const ADDED = [
  new RegExp(`^(?:sent|written|typed) (?:from|via|with|using|by|on) ${thing}`, "i"),
  /^get outlook for (?:ios|android)/i,
  new RegExp(`^(?:gesendet|geschrieben|verschickt) (?:von|mit|aus|via|über) ${thing}`, "i"),
  new RegExp(`^von mein(?:em|er) ${thing}.{0,40}(?:gesendet|geschrieben|verschickt)`, "i"),
  new RegExp(`^diese nachricht wurde (?:von|mit) ${thing}.{0,60}gesendet`, "i"),
  /^outlook für (?:ios|android)/i,
  new RegExp(`^(?:envoyé|télécharger) (?:de|depuis|à partir de|avec|via) ${thing}`, "i"),
  new RegExp(`^envoyé d'un ${thing}`, "i"),
  /^(?:télécharger|obtenir|obtener|obter|scarica|ottieni|download|pobierz|скачать) outlook (?:pour|para|per|voor|dla|для)/i,
  new RegExp(`^enviad[oa] (?:desde|do|de|a partir do|pelo|com|con|via) ${thing}`, "i"),
  new RegExp(`^inviato (?:da|dal|con|tramite) ${thing}`, "i"),
  new RegExp(`^verzonden (?:vanaf|met|via|vanuit) ${thing}`, "i"),
  new RegExp(`^wysłan[eoy] (?:z|za pomocą|przez) ${thing}`, "i"),
  new RegExp(`^отправлено (?:с|из|через) ${thing}`, "i"),
  new RegExp(`^išsiųsta (?:iš|naudojant|per) ${thing}`, "i"),
  /^.{0,30}(?:iphone|ipad|android|スマートフォン)から送信/i,
  /^(?:发自我的|發自我的|从我的|從我的|来自我的|來自我的|傳送自我的).{0,40}(?:iphone|ipad|android|手机|手機|huawei|小米|华为)/i,
];

const isAdded = (line: string): boolean => {
  const text = line.trim();
  return text.length <= MAX_LENGTH && ADDED.some((pattern) => pattern.test(text));
};

/** Cuts from the last line that is exactly "-- " (RFC 3676 section 4.3); a "--" without its blank is text. */
export function cutDelimited(text: string): string {
  if (!text.includes("-- ")) return text;
  const lines = text.split("\n");
  const at = lines.lastIndexOf("-- ");
  if (at < 0) return text;
  const above = lines.slice(0, at);
  return above.every((line) => line.trim() === "") ? text : above.join("\n");
}

/** Cuts "Sent from my iPhone" and its like from the end. What would leave nothing is left as it is. */
export function cutAdded(text: string): string {
  if (!isAdded(text.slice(text.trimEnd().lastIndexOf("\n") + 1))) return text;
  const lines = text.split("\n");
  let end = lines.length;
  for (;;) {
    let last = end;
    while (last > 0 && (lines[last - 1] ?? "").trim() === "") last--;
    if (last === 0) return text;
    if (!isAdded(lines[last - 1] ?? "")) return end === lines.length ? text : lines.slice(0, last).join("\n");
    end = last - 1;
  }
}
