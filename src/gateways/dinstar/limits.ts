// What a Dinstar takes, each limit with its section of the vendor's "New API" document (DWG2000/UC2000, v0.4).

/** Texts in one send_sms: 413 "number over 128" (section 2.3). */
export const MAX_TEXTS = 128;
/** Bytes of one text: 413 "text over 1500 bytes" (section 2.3); counted as UTF-8, the encoding of the request. */
export const MAX_TEXT_BYTES = 1500;
/** Bytes of one number (sections 2.2, 3.2, 4.2). */
export const MAX_NUMBER_BYTES = 24;
/** Numbers in one query: 413 "size of number array over 32" (sections 3.3, 4.3). Kept for user ids too, so that an answer stays within a page. */
export const MAX_QUERIED = 32;
/** Ports are 0 .. 31 (section 2.2). */
export const MAX_PORT = 31;
/** Bytes of one USSD text (section 7.2). */
export const MAX_USSD_BYTES = 60;

/** Answers are cut at about 8 KB (seen in the field, not in the document): one over this may lack records, bytes. */
export const FULL_PAGE = 7_000;
