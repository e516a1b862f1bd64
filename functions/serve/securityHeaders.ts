/**
 * The headers of every page and answer, in lower case. The one place of the content security policy: the server sends
 * it, and so does the content delivery network that serves the boards on AWS.
 * @param frameAncestors origins that may show the boards in a frame, beside our own
 */
export function securityHeaders(frameAncestors: readonly string[]) {
  return {
    'content-security-policy': [
      "default-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      `frame-ancestors ${["'self'", ...frameAncestors].join(' ')}`,
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
  } as const;
}
