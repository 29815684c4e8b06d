// Says in a mail's header that its text holds a one-time code.
import type { Otp } from "../otp.ts";

export { findOtp } from "../otp.ts";

/**
 * The value of an `OTP-Token` header (draft-goto-otp-token: a structured field string and the origin that it is bound to).
 * A text seldom names the site; then the origin is our own domain, so that no other site is offered the code.
 */
export const otpToken = (otp: Otp, domain: string): string =>
  `"${otp.code}"; origin="${otp.origin ?? `https://${domain}`}"`;
