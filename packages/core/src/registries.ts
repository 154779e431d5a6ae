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

export const chatModels: Registry<ChatModelProviders, ChatModel> = defineRegistry("llm");
export const embedders: Registry<EmbedderProviders, Embedder> = defineRegistry("embed");
export const vectorStores: Registry<VectorStoreProviders, VectorStore> = defineRegistry("vector");
export const rerankers: Registry<RerankerProviders, Reranker> = defineRegistry("rerank");
export const speechToText: Registry<SpeechToTextProviders, SpeechToText> = defineRegistry("stt");
export const textToSpeech: Registry<TextToSpeechProviders, TextToSpeech> = defineRegistry("tts");
export const speechToSpeech: Registry<SpeechToSpeechProviders, SpeechToSpeech> = defineRegistry("s2s");
export const voiceActivityDetectors: Registry<VoiceActivityDetectorProviders, VoiceActivityDetector> =
  defineRegistry("vad");
export const audioTransports: Registry<AudioTransportProviders, AudioTransport> = defineRegistry("transport");
