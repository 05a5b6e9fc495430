import { defineService } from '@firedrill/core/services';
import { z } from 'zod';
import { hashPassword, isPassword, simulatedCost } from './password-hash.ts';

/** A mail that somebody has read. */
export interface AuthMail {
  readonly id: string;
  readonly kind: 'code' | 'exists' | 'new-device' | 'password-changed';
  readonly code?: string | undefined;
  readonly atMs: number;
}

/** Kept by the services, for the judge: mails by address. */
export interface Ledger {
  readonly mails: Map<string, AuthMail[]>;
}

/**
 * Hashes passwords, eight at once, and each takes its time: the real function runs with test parameters, and
 * the latency stands for what it costs with those of production.
 */
export function createAuthServices({ mails }: Ledger) {
  const sent = new Set<string>();

  const passwords = defineService({
    name: 'passwords',
    baseUrl: 'https://passwords.test',
    latency: { p50Ms: 80, p99Ms: 140 },
    limits: { concurrency: 8, queue: 200, queueTimeoutMs: 2_000 },
    operations: {
      hash: {
        method: 'POST',
        path: '/hashes',
        input: z.object({ password: z.string() }),
        handle: ({ password }) => {
          const salt = globalThis.crypto.getRandomValues(new Uint8Array(16));
          return { hash: hashPassword(password, salt, simulatedCost) };
        },
      },
      verify: {
        method: 'POST',
        path: '/verifications',
        input: z.object({ password: z.string(), hash: z.string() }),
        handle: ({ password, hash }) => ({ isRight: isPassword(password, hash) }),
      },
    },
  });

  const mail = defineService({
    name: 'mail',
    baseUrl: 'https://mail.test',
    latency: { p50Ms: 40, p99Ms: 150 },
    operations: {
      send: {
        method: 'POST',
        path: '/mails',
        input: z.object({
          id: z.string(),
          to: z.string(),
          kind: z.enum(['code', 'exists', 'new-device', 'password-changed']),
          code: z.string().optional(),
        }),
        handle: ({ to, ...text }, { nowMs }) => {
          if (sent.has(text.id)) return {};
          sent.add(text.id);
          const box = mails.get(to);
          if (box) box.push({ ...text, atMs: nowMs });
          else mails.set(to, [{ ...text, atMs: nowMs }]);
          return {};
        },
      },
    },
  });

  return { passwords, mail };
}

export type AuthServices = ReturnType<typeof createAuthServices>;
