/** A request's body. */
export type Body = Readonly<Record<string, unknown>>;

/** How an embedder is asked, and how it answers. */
export interface EmbedWire {
  model: string;
  /** The width of the model's vectors. */
  width: number;
  /** Where all requests go. */
  address: string;
  read(body: Body): string[];
  write(vectors: readonly Float32Array[]): unknown;
}

/** How a reranker is asked, and how it answers: with `{ index, relevance_score }` of each document. */
export interface RerankWire {
  model: string;
  address: string;
  /** What the number of results is called. */
  topN: string;
  /** What the results are called. */
  results: string;
}

/** Of each package that sends its requests over HTTP, in the vendor's own form. Their references are linked in the packages. */
export const embedWires: Readonly<Record<string, EmbedWire>> = {
  "embed-bedrock": {
    model: "cohere.embed-v4:0",
    width: 1_536,
    address: "https://bedrock-runtime.us-east-1.amazonaws.com/model/cohere.embed-v4%3A0/invoke",
    read: texts("texts"),
    write: (vectors) => ({ id: "e1", embeddings: { float: vectors.map(numbers) }, texts: [] }),
  },
  "embed-cohere": {
    model: "embed-v4.0",
    width: 1_536,
    address: "https://api.cohere.com/v2/embed",
    read: texts("texts"),
    write: (vectors) => ({ id: "e1", embeddings: { base64: vectors.map(base64) }, texts: [] }),
  },
  "embed-google": {
    model: "gemini-embedding-001",
    width: 3_072,
    address:
      "https://generativelanguage.googleapis.com/v1beta/models/gemini-embedding-001:batchEmbedContents",
    read: ({ requests }) =>
      (requests as { content: { parts: [{ text: string }] } }[]).map(({ content }) => content.parts[0].text),
    write: (vectors) => ({ embeddings: vectors.map((vector) => ({ values: numbers(vector) })) }),
  },
  "embed-huggingface": {
    model: "sentence-transformers/all-MiniLM-L6-v2",
    width: 384,
    address:
      "https://router.huggingface.co/hf-inference/models/sentence-transformers/all-MiniLM-L6-v2/pipeline/feature-extraction",
    read: texts("inputs"),
    write: (vectors) => vectors.map(numbers),
  },
  "embed-jina": {
    model: "jina-embeddings-v3",
    width: 1_024,
    address: "https://api.jina.ai/v1/embeddings",
    read: texts("input"),
    write: listOf(base64),
  },
  "embed-mistral": {
    model: "mistral-embed",
    width: 1_024,
    address: "https://api.mistral.ai/v1/embeddings",
    read: texts("input"),
    write: listOf(numbers),
  },
  "embed-ollama": {
    model: "nomic-embed-text",
    width: 768,
    address: "http://127.0.0.1:11434/api/embed",
    read: texts("input"),
    write: (vectors) => ({ model: "nomic-embed-text", embeddings: vectors.map(numbers) }),
  },
  "embed-openai": {
    model: "text-embedding-3-small",
    width: 1_536,
    address: "https://api.openai.com/v1/embeddings",
    read: texts("input"),
    write: listOf(base64),
  },
  "embed-voyage": {
    model: "voyage-3.5",
    width: 1_024,
    address: "https://api.voyageai.com/v1/embeddings",
    read: texts("input"),
    write: listOf(base64),
  },
};

export const rerankWires: Readonly<Record<string, RerankWire>> = {
  "rerank-cohere": {
    model: "rerank-v3.5",
    address: "https://api.cohere.com/v2/rerank",
    topN: "top_n",
    results: "results",
  },
  "rerank-jina": {
    model: "jina-reranker-v3",
    address: "https://api.jina.ai/v1/rerank",
    topN: "top_n",
    results: "results",
  },
  "rerank-voyage": {
    model: "rerank-2.5",
    address: "https://api.voyageai.com/v1/rerank",
    topN: "top_k",
    results: "data",
  },
};

function texts(name: string): (body: Body) => string[] {
  return (body) => body[name] as string[];
}

/** The list of OpenAI's, which many others answer with as well. */
function listOf(encode: (vector: Float32Array) => unknown): (vectors: readonly Float32Array[]) => unknown {
  return (vectors) => ({
    object: "list",
    data: vectors.map((vector, index) => ({ object: "embedding", index, embedding: encode(vector) })),
    usage: { prompt_tokens: 7, total_tokens: 7 },
  });
}

function numbers(vector: Float32Array): number[] {
  return [...vector];
}

function base64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
