/** A base URL with the vendor's version at its end, where that is left out, as vendors' own SDKs, and so their variables, have it. */
export function withVersion(baseURL: string, path: string): string {
  const url = baseURL.replace(/\/+$/, "");
  return /\/v\d+$/.test(url) ? url : `${url}${path}`;
}
