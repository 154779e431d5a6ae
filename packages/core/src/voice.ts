// For programs whose `lib` lacks `AsyncDisposable`.
/// <reference lib="esnext.disposable" preserve="true" />
import type { CallOptions, Warning } from "./common.js";
import type { ProviderMetadata } from "./chat.js";
import type { Tool } from "./tools.js";
import type { Usage } from "./usage.js";

// Raw PCM is 16-bit little-endian, mono unless said, everywhere in this file.

/** Turns speech into text. */
export interface SpeechToText {
  readonly provider: string;
  readonly id: string;
  /** A whole recording. */
  transcribe(audio: Uint8Array, options?: SttOptions): Promise<Transcript>;
  /** Audio as it is spoken. */
  transcribeStream(audio: AsyncIterable<Uint8Array>, options?: SttOptions): AsyncIterable<TranscriptEvent>;
}

export interface SttOptions extends CallOptions {
  /** The language spoken, as BCP-47: `en`, `de-CH`. Default: the vendor detects it. */
  language?: string | undefined;
  punctuation?: boolean | undefined;
  /** Tells speakers apart. */
  diarization?: boolean | undefined;
  /** The audio's encoding: `pcm`, `wav`, `mp3`, `opus`, ... */
  encoding?: string | undefined;
  /** In hertz. */
  sampleRate?: number | undefined;
  channels?: number | undefined;
  /** Merged into the vendor's request as they stand. */
  providerOptions?: Readonly<Record<string, unknown>> | undefined;
}

export interface Transcript {
  text: string;
  language?: string;
  durationSeconds?: number;
  words: Word[];
  usage: Usage;
  warnings: Warning[];
  providerMetadata: ProviderMetadata;
}

export interface Word {
  text: string;
  /** In seconds from the start of the audio. */
  start: number;
  /** In seconds from the start of the audio. */
  end: number;
  /** In [0, 1]. */
  confidence?: number;
  speaker?: string;
}

export interface TranscriptEvent {
  /** `partial` texts are replaced by later ones; a `final` one stays. */
  type: "partial" | "final" | "speech-started" | "speech-ended";
  text: string;
  /** In seconds from the start of the audio. */
  start?: number;
  /** In seconds from the start of the audio. */
  end?: number;
  confidence?: number;
  words?: Word[];
  language?: string;
  speaker?: string;
}

/** Turns text into speech. */
export interface TextToSpeech {
  readonly provider: string;
  readonly id: string;
  synthesize(text: string, options?: TtsOptions): Promise<Speech>;
  /** Audio as it is produced, in the requested format; the text may itself still be arriving. */
  synthesizeStream(text: string | AsyncIterable<string>, options?: TtsOptions): AsyncIterable<Uint8Array>;
}

export interface TtsOptions extends CallOptions {
  voice?: string | undefined;
  format?: "pcm" | "wav" | "mp3" | "opus" | undefined;
  /** In hertz. */
  sampleRate?: number | undefined;
  /** 1 is the voice's own speed. */
  speed?: number | undefined;
  /** As BCP-47. */
  language?: string | undefined;
  /** Merged into the vendor's request as they stand. */
  providerOptions?: Readonly<Record<string, unknown>> | undefined;
}

export interface Speech {
  audio: Uint8Array;
  mediaType: string;
  /** In hertz. */
  sampleRate?: number;
  usage: Usage;
  warnings: Warning[];
}

/** A model that hears and speaks. */
export interface SpeechToSpeech {
  readonly provider: string;
  readonly id: string;
  connect(options?: S2sOptions): Promise<S2sSession>;
}

export interface S2sOptions extends CallOptions {
  voice?: string | undefined;
  instructions?: string | undefined;
  tools?: readonly Tool[] | undefined;
  inputFormat?: AudioFormat | undefined;
  outputFormat?: AudioFormat | undefined;
  /** Merged into the vendor's session settings as they stand. */
  providerOptions?: Readonly<Record<string, unknown>> | undefined;
}

export interface AudioFormat {
  encoding: "pcm" | "mulaw" | "alaw" | "opus" | (string & {});
  /** In hertz. */
  sampleRate?: number;
  channels?: number;
}

export interface S2sSession extends AsyncDisposable {
  sendAudio(chunk: Uint8Array): void;
  sendText(text: string): void;
  sendToolResult(result: { toolCallId: string; content: string; isError?: boolean }): void;
  /** Stops the model's speech. */
  interrupt(): void;
  close(): Promise<void>;
  events(): AsyncIterable<S2sEvent>;
}

/** What a session says. An open union: ignore types that you do not know. */
export type S2sEvent =
  | { type: "audio"; audio: Uint8Array }
  | { type: "text"; text: string }
  | { type: "transcript"; role: "user" | "assistant"; text: string; final: boolean }
  | { type: "tool-call"; id: string; name: string; arguments: unknown }
  | { type: "interrupted" }
  | { type: "turn-end" }
  | { type: "usage"; usage: Usage };

/** Finds where speech starts and ends. */
export interface VoiceActivityDetector {
  readonly provider: string;
  readonly id: string;
  detect(audio: AsyncIterable<Uint8Array>, options?: VadOptions): AsyncIterable<VadEvent>;
}

export interface VadOptions {
  signal?: AbortSignal | undefined;
  /** In hertz. */
  sampleRate?: number | undefined;
  /** The probability from which on a frame is speech. */
  threshold?: number | undefined;
  minSpeechMs?: number | undefined;
  minSilenceMs?: number | undefined;
}

/** Times are in seconds from the start of the audio. */
export type VadEvent =
  | { type: "speech-start"; time: number }
  | { type: "speech-end"; time: number }
  | { type: "probability"; time: number; probability: number };

/** Carries audio between an application and somebody who speaks. */
export interface AudioTransport {
  readonly provider: string;
  readonly id: string;
  connect(options?: TransportOptions): Promise<AudioConnection>;
}

export interface TransportOptions extends CallOptions {
  inputFormat?: AudioFormat | undefined;
  outputFormat?: AudioFormat | undefined;
  /** Merged into the vendor's settings as they stand. */
  providerOptions?: Readonly<Record<string, unknown>> | undefined;
}

export interface AudioConnection extends AsyncDisposable {
  receive(): AsyncIterable<Uint8Array>;
  send(chunk: Uint8Array): void;
  close(): Promise<void>;
}
