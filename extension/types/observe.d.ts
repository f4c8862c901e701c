// What wasm-bindgen makes of extension/src/wasm.rs.
declare module "*/wasm/observe.js" {
  export default function init(options: { module_or_path: string }): Promise<unknown>;
  export function observe(
    url: string,
    body: Uint8Array,
    time: number,
    profile: string,
    container?: string,
  ): string | undefined;
}
