// The part of html-to-text that is used here: the package ships no types.
declare module "html-to-text" {
  export interface Selector {
    readonly selector: string;
    readonly format?: string;
    readonly options?: Readonly<Record<string, unknown>>;
  }
  export interface Options {
    readonly wordwrap?: number | false;
    readonly selectors?: readonly Selector[];
    readonly limits?: Readonly<Record<string, number | string | undefined>>;
  }
  /** Makes a converter that can be called many times. */
  export function compile(options?: Options): (html: string) => string;
}
