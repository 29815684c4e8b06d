// A device's own clock: local time in its zone; it may be wrong, and it may jump.

export class DeviceClock {
  readonly #source: () => number;
  readonly #format: Intl.DateTimeFormat;
  #skew: number;
  #second = Number.NaN;
  #written = "";

  /** `timezone`: IANA name. `skew`: milliseconds that the clock is ahead of `source`. */
  constructor(timezone: string, skew = 0, source: () => number = Date.now) {
    this.#source = source;
    this.#skew = skew;
    this.#format = new Intl.DateTimeFormat("sv-SE", {
      timeZone: timezone,
      dateStyle: "short",
      timeStyle: "medium",
    });
  }

  /** UTC milliseconds, as the device believes. */
  now(): number {
    return this.#source() + this.#skew;
  }

  /** Local time as "YYYY-MM-DD HH:MM:SS". */
  stamp(at: number = this.now()): string {
    const second = Math.floor(at / 1000);
    if (second !== this.#second) {
      this.#written = this.#format.format(second * 1000);
      this.#second = second;
    }
    return this.#written;
  }

  /** Moves the clock forward, or back when negative. */
  jump(ms: number): void {
    this.#skew += ms;
  }
}
