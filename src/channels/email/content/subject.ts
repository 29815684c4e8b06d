// What a subject says about a mail: an answer, a forwarded mail, an automatic answer.

const ANSWER =
  /^(?:re|aw|antw|antwort|betr|sv|vs|res|rif|r|rép|odp|ответ|отв|ats|atsakymas|回复|回覆|答复|答覆|返信|rv re)\s*(?:\[\d{1,4}\]|\(\d{1,4}\))?\s*[:：]/i;
const FORWARD =
  /^(?:fwd?|wg|tr|rv|enc|i|pd|doorst|vb|vl|пересл|пересылка|fw|persiųsta|persiunčiama|转发|轉寄|轉發|転送)\s*(?:\[\d{1,4}\])?\s*[:：]/i;
const AUTOMATIC =
  /^(?:auto(?:matic)?[ -]?(?:reply|response)|autoreply|autoresponse|out[ -]of[ -](?:the[ -])?office|vacation|away from|automatische (?:antwort|abwesenheit)|abwesenheit|autom\. antwort|réponse automatique|absence|respuesta automática|fuera de|risposta automatica|fuori ufficio|automatisch(?:e)? antwoord|afwezig|resposta automática|ausência|automatyczna odpowiedź|odpowiedź automatyczna|автоматический ответ|автоответ|automatinis atsak|自動応答|自動返信|不在|自动回复|自動回覆)/i;

export const isAnswerSubject = (subject: string): boolean => ANSWER.test(subject);
export const isForwardSubject = (subject: string): boolean => FORWARD.test(subject);
export const isAutomaticSubject = (subject: string): boolean =>
  AUTOMATIC.test(subject.replace(ANSWER, "").trim());
