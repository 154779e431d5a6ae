import type * as Transformers from "@huggingface/transformers";
import type { Pooling, TransformersSettings } from "./config.js";
import { type FailureContext, failure, loadingFailure } from "./failure.js";
import { knownModel } from "./known-models.js";
import { type PoolingChoice, EmbeddingModel } from "./model.js";

type Library = typeof Transformers;

/**
 * Loads a model: from its folder, from the cache, or from the hub.
 *
 * @throws BelugaError `not_found` where a file is missing, `provider_unavailable` without a network, `invalid_response` where files are broken.
 */
export async function loadModel(
  settings: TransformersSettings,
  context: FailureContext,
): Promise<EmbeddingModel> {
  const library = await importLibrary(context);
  const { env } = library;
  if (settings.cacheDir !== undefined) {
    if (!env.useFSCache) throw failure(context, "invalid_input", "cacheDir: there are no folders here");
    env.useBrowserCache = false; // Deno has both, and would not use the folder
  }
  const [first, second] = placesOf(settings, env);
  try {
    try {
      return await loadFrom(first, settings, context, library);
    } catch (error) {
      if (!second || !(error instanceof library.ModelFileNotFoundError)) throw error;
      return await loadFrom(second, settings, context, library);
    }
  } catch (error) {
    failures++;
    throw loadingFailure(context, error, cacheOf(settings, env));
  }
}

/** Only when it is needed: it is large, and brings ONNX Runtime along, whose native part is not there for every machine. */
async function importLibrary(context: FailureContext): Promise<Library> {
  try {
    return await import("@huggingface/transformers");
  } catch (cause) {
    const problem = `@huggingface/transformers cannot be imported: ${String(cause).slice(0, 2_000)}`;
    throw failure(context, "provider_unavailable", problem, { cause, retryable: false });
  }
}

/** Where a model can be. */
interface Place {
  /** A path, or an id on the hub. */
  root: string;
  isFolder: boolean;
  localOnly: boolean;
}

/**
 * A model in a folder is asked for by its path, also in transformers.js's own cache: by its id, its tokenizer would have the hub asked for what is
 * in the cache, with `local_files_only` as well (`get_tokenizer_files` of transformers.js 4.3.1).
 */
function placesOf(
  settings: TransformersSettings,
  env: Library["env"],
): readonly [first: Place, second?: Place] {
  const { model, modelFolder, localOnly } = settings;
  if (modelFolder !== undefined) return [folder(pathOf(`${modelFolder}/${model}`))];
  const hub = { root: model, isFolder: false, localOnly };
  const cache = cacheOf(settings, env);
  if (cache === undefined) return [hub];
  return localOnly ? [folder(pathOf(cache))] : [folder(pathOf(cache)), hub];
}

/** Where transformers.js keeps a model of the hub. `undefined` where that is no folder, as in a browser. */
function cacheOf(settings: TransformersSettings, env: Library["env"]): string | undefined {
  const { model, modelFolder, cacheDir = env.cacheDir, revision } = settings;
  const keepsFiles = env.useFSCache && !env.useBrowserCache && !env.useCustomCache;
  if (!keepsFiles || cacheDir === null || modelFolder !== undefined) return undefined;
  return [cacheDir.replace(/[/\\]$/, ""), model, ...(revision === "main" ? [] : [revision])].join("/");
}

function folder(root: string): Place {
  return { root, isFolder: true, localOnly: true };
}

/** How many loadings have failed, in this process. */
let failures = 0;

/**
 * A path that transformers.js does not take for an id on the hub, as it would `models/minilm`. And another one after each failure, as
 * transformers.js remembers by its path, for the last hundred files, that one was missing.
 */
function pathOf(folder: string): string {
  const isPath = /^([/\\]|[a-z]:|\.{1,2}[/\\]|[a-z]+:\/\/)/i.test(folder);
  return [...(isPath ? [] : ["."]), folder, ...new Array<string>(failures % 128).fill(".")].join("/");
}

async function loadFrom(
  place: Place,
  settings: TransformersSettings,
  context: FailureContext,
  library: Library,
): Promise<EmbeddingModel> {
  const { AutoConfig, AutoModel, AutoTokenizer } = library;
  const { root, localOnly } = place;
  const { cacheDir, revision, dtype, device, sessionOptions = {} } = settings;
  const options = {
    revision,
    local_files_only: localOnly,
    ...(cacheDir !== undefined && { cache_dir: cacheDir }),
    ...(dtype && { dtype }),
    ...(device && { device }),
  };
  const config = await AutoConfig.from_pretrained(root, options);
  await checkFiles(root, { ...options, config }, library);
  const tokenizer = await AutoTokenizer.from_pretrained(root, options);
  const pooling = await choosePooling(place, settings, library);
  // What ONNX Runtime would print of an error, it throws as well.
  const session_options = { logSeverityLevel: 4, ...sessionOptions } as const;
  const model = await AutoModel.from_pretrained(root, { ...options, config, session_options });
  try {
    return new EmbeddingModel({ library, config, tokenizer, model, pooling, settings, context });
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/**
 * The files whose absence transformers.js does not report: of the tokenizer's it throws a TypeError, and for weights in a file of their own it
 * waits for ever, and leaves a rejection unhandled, which ends a process of Node.
 */
async function checkFiles(
  root: string,
  options: Transformers.PretrainedModelOptions,
  { ModelRegistry, ModelFileNotFoundError }: Library,
): Promise<void> {
  const missing = (file: string): Error => new ModelFileNotFoundError(`"${root}/${file}" is not there`);
  const tokenizerFiles = await ModelRegistry.get_tokenizer_files(root);
  if (tokenizerFiles.length === 0) throw missing("tokenizer_config.json");
  const files = await ModelRegistry.get_model_files(root, options);
  for (const file of files.filter((name) => name.includes(".onnx_data"))) {
    const { exists } = await ModelRegistry.get_file_metadata(root, file, options);
    if (!exists) throw missing(file);
  }
}

/** {@link https://sbert.net/docs/package_reference/sentence_transformer/models.html#sentence_transformers.models.Pooling} */
const poolings: Readonly<Record<string, Pooling | undefined>> = {
  mean_tokens: "mean",
  cls_token: "cls",
  lasttoken: "last_token",
  max_tokens: "max",
};

async function choosePooling(
  { root, isFolder }: Place,
  { model, pooling: configured }: TransformersSettings,
  library: Library,
): Promise<PoolingChoice> {
  if (configured) return { pooling: configured, by: "config" };
  const module = isFolder ? await readModule(root, "1_Pooling", library) : undefined;
  if (!module) {
    const known = knownModel(model)?.pooling;
    return known ? { pooling: known, by: "model" } : { pooling: "mean", by: "guess" };
  }
  const modes = Object.entries(module).flatMap(([key, value]) =>
    key.startsWith("pooling_mode_") && value === true ? [key.slice("pooling_mode_".length)] : [],
  );
  const pooling = modes.length === 1 ? poolings[modes[0] as string] : undefined;
  if (!pooling)
    return { problem: `1_Pooling/config.json wants ${modes.join(" and ") || "none that is known"}` };
  if (await readModule(root, "2_Dense", library))
    return { problem: "2_Dense, which belongs after it, is not in the ONNX file" };
  return { pooling, by: "model" };
}

/** The config of one of sentence-transformers' modules, where the model lies in a folder that has them: transformers.js reads any `config.json`. */
async function readModule(
  root: string,
  name: string,
  { AutoConfig, ModelFileNotFoundError }: Library,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const config = await AutoConfig.from_pretrained(`${root}/${name}`, { local_files_only: true });
    return Object.fromEntries(Object.entries(config));
  } catch (error) {
    if (error instanceof ModelFileNotFoundError) return undefined;
    throw error;
  }
}
