import { createHash } from 'node:crypto';

/**
 * Headers of every answer. Nothing but the page's own files runs, is loaded or is spoken to, and no
 * other page may show it in a frame (W3C Content Security Policy, level 3).
 *
 * @param importMap the one script that stands in the page itself, known by its hash
 */
export function headersWith(importMap: string): Readonly<Record<string, string>> {
  const hash = createHash('sha256').update(importMap).digest('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}
