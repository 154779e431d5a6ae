// A package reads its own name and version with `import { name, version } from "../package.json"`; the bundler inlines the two.
declare module "*/package.json" {
  export const name: string;
  export const version: string;
}
