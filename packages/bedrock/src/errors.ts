import type { ErrorCode } from "@beluga/core";
import { type ErrorRefinement, type VendorFailure, asCount, asRecord, asText } from "@beluga/core/provider";

/**
 * What AWS calls an error, in lower case and without "Exception": {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors},
 * {@link https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html},
 * {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html}.
 */
const codes: Readonly<Record<string, ErrorCode>> = {
  accessdenied: "permission_denied",
  conflict: "invalid_input",
  expiredtoken: "auth_error",
  incompletesignature: "auth_error",
  internalfailure: "provider_unavailable",
  internalserver: "provider_unavailable",
  invalidclienttokenid: "auth_error",
  invalidsignature: "auth_error",
  missingauthenticationtoken: "auth_error",
  modelerror: "provider_unavailable",
  modelnotready: "provider_unavailable",
  modelstreamerror: "provider_unavailable",
  modeltimeout: "timeout",
  notauthorized: "permission_denied",
  optinrequired: "permission_denied",
  requestexpired: "auth_error",
  resourcenotfound: "not_found",
  servicequotaexceeded: "quota_exhausted",
  serviceunavailable: "provider_unavailable",
  signaturedoesnotmatch: "auth_error",
  throttling: "rate_limit",
  unrecognizedclient: "auth_error",
  validation: "invalid_input",
};

/**
 * What only the words of an error say. They are the models' own or not in the reference, but in many users' reports; where somebody
 * rewords them, the code becomes that of the name.
 */
const messages: readonly (readonly [name: string, words: RegExp, code: ErrorCode])[] = [
  [
    "validation",
    /(prompt|input) is too long|too many (input )?tokens|exceeds? (the )?(maximum length|context|max)|exceed context limit|maximum context length/i,
    "context_length",
  ],
  ["validation", /blocked by content filtering policy|blocked by (our )?content filters/i, "content_filter"],
  // A limit of the day, which is not one to wait for.
  ["throttling", /too many tokens per day/i, "quota_exhausted"],
  ["accessdenied", /authentication failed|api key .*(valid|expired)/i, "auth_error"],
];

/**
 * Refines an error of the API. An HTTP answer names it in a header, an exception in the middle of a stream in one of the message; the
 * body has the words.
 */
export function refineBedrockError({ status, headers, body }: VendorFailure): ErrorRefinement {
  const fields = asRecord(body);
  const { message, Message: capitalized, originalStatusCode } = fields;
  const words = asText(message) || asText(capitalized);
  const name = nameOf(headers?.get("x-amzn-errortype") ?? asText(fields["__type"]));
  // Proxies, and some recorders of traffic, drop the header.
  const kind = name === "" && status === 400 ? "validation" : name;
  const said = messages.find(([ofKind, pattern]) => ofKind === kind && pattern.test(words));
  const isModelsRefusal = name === "modelerror" && isClientError(asCount(originalStatusCode));
  return {
    code: said?.[2] ?? (isModelsRefusal ? "invalid_input" : codes[name]),
    message: words === "" ? undefined : words,
  };
}

/** `com.amazon.coral#ThrottlingException`, `throttlingException` and `ThrottlingException:http://internal/` are all `throttling`. */
function nameOf(type: string): string {
  const [name = ""] = type.replace(/^.*#/, "").split(":");
  return name.replace(/(Exception|Error)$/, "").toLowerCase();
}

function isClientError(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && status !== 429;
}
