// What wasm-bindgen makes of extension/src/wasm.rs.
declare module "*/wasm/observe.js" {
  export default function init(options: { module_or_path: string }): Promise<unknown>;

  export class Observer {
    constructor(profile: string, tally: string);
    observe(
      url: string,
      body: Uint8Array,
      time: number,
      container: string | undefined,
      loggedIn: boolean | undefined,
      contentBound: boolean | undefined,
      hooked: boolean,
    ): string | undefined;
    wantsBody(url: string, time: number, container?: string): boolean;
    unreadable(): string;
  }
}
