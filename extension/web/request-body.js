// The body of a request, as the browser hands it to a listener.

/**
 * The body in one piece; empty if the request has none. Undefined if the browser did not hand it over.
 * @param {Pick<chrome.webRequest.OnBeforeRequestDetails, "requestBody">} details
 */
export function bodyOf({ requestBody }) {
  if (!requestBody) return new Uint8Array(0);
  if (!requestBody.raw || requestBody.error) return undefined;
  const chunks = requestBody.raw.map(({ bytes }) => bytes);
  return chunks.every((bytes) => bytes !== undefined) ? joined(chunks) : undefined;
}

/**
 * @param {ArrayBuffer[]} chunks
 */
function joined(chunks) {
  if (chunks.length === 1) return new Uint8Array(chunks[0]);
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(new Uint8Array(chunk), at);
    at += chunk.byteLength;
  }
  return whole;
}
