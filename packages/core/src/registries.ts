import type { ChatModel } from "./chat.js";
import type { Embedder } from "./embedder.js";
import { type Registry, defineRegistry } from "./registry.js";
import type { Reranker } from "./reranker.js";
import type { VectorStore } from "./vector-store.js";
import type {
  AudioTransport,
  SpeechToSpeech,
  SpeechToText,
  TextToSpeech,
  VoiceActivityDetector,
} from "./voice.js";

// Each provider package adds its name and the type of its config here:
// declare module "@beluga/core" { interface ChatModelProviders { openai: OpenAIConfig } }
export interface ChatModelProviders {}
export interface EmbedderProviders {}
export interface VectorStoreProviders {}
export interface RerankerProviders {}
export interface SpeechToTextProviders {}
export interface TextToSpeechProviders {}
export interface SpeechToSpeechProviders {}
export interface VoiceActivityDetectorProviders {}
export interface AudioTransportProviders {}

// Marked, so that a bundle has those that it uses.
export const chatModels: Registry<ChatModelProviders, ChatModel> = /* @__PURE__ */ defineRegistry("llm");
export const embedders: Registry<EmbedderProviders, Embedder> = /* @__PURE__ */ defineRegistry("embed");
export const vectorStores: Registry<VectorStoreProviders, VectorStore> =
  /* @__PURE__ */ defineRegistry("vector");
export const rerankers: Registry<RerankerProviders, Reranker> = /* @__PURE__ */ defineRegistry("rerank");
export const speechToText: Registry<SpeechToTextProviders, SpeechToText> =
  /* @__PURE__ */ defineRegistry("stt");
export const textToSpeech: Registry<TextToSpeechProviders, TextToSpeech> =
  /* @__PURE__ */ defineRegistry("tts");
export const speechToSpeech: Registry<SpeechToSpeechProviders, SpeechToSpeech> =
  /* @__PURE__ */ defineRegistry("s2s");
export const voiceActivityDetectors: Registry<VoiceActivityDetectorProviders, VoiceActivityDetector> =
  /* @__PURE__ */ defineRegistry("vad");
export const audioTransports: Registry<AudioTransportProviders, AudioTransport> =
  /* @__PURE__ */ defineRegistry("transport");
