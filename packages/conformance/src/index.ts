/**
 * The tests that every provider of Beluga passes, and what they are made with.
 *
 * @packageDocumentation
 */
export * from "./server.js";
