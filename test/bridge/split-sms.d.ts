// What the tests use of split-sms, which has no types of its own.
declare module "split-sms" {
  export function split(
    text: string,
    options: { readonly summary: true },
  ): {
    readonly characterSet: "GSM" | "Unicode";
    readonly parts: readonly { readonly bytes: number }[];
    readonly bytes: number;
  };
}
