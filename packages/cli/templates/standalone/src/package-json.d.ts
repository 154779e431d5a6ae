// Beluga's providers read their own name and version with a named import, which the bundler inlines.
declare module "*/package.json" {
  export const name: string;
  export const version: string;
}
