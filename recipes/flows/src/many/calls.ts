import {
  CallError,
  type CallOptions,
  ConnectionResetError,
  ServiceError,
  ServiceTimeoutError,
} from '@firedrill/core/services';
import { z } from 'zod';

/** How calls of a worker travel to the process that hosts the mock services, and back. */
export const callSchema = z.object({
  service: z.string().max(100),
  operation: z.string().max(100),
  input: z.unknown().optional(),
  /** `null`: no limit. */
  timeoutMs: z.number().positive().nullable(),
  key: z.string().max(1_000).optional(),
});
export type Call = z.output<typeof callSchema>;

export const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('answer'), value: z.unknown().optional() }),
  z.object({
    kind: z.literal('refusal'),
    status: z.number(),
    reason: z.string(),
    body: z.unknown().optional(),
  }),
  z.object({ kind: z.literal('timeout'), timeoutMs: z.number() }),
  z.object({ kind: z.literal('unknown'), reason: z.string() }),
]);
export type Answer = z.output<typeof answerSchema>;

/** A failed call as it travels. */
export function failureOf(error: unknown): Answer {
  if (error instanceof ServiceError) {
    const { status, reason, body } = error;
    return { kind: 'refusal', status, reason, body };
  }
  if (error instanceof ServiceTimeoutError) return { kind: 'timeout', timeoutMs: error.timeoutMs };
  if (error instanceof CallError) return { kind: 'unknown', reason: error.message };
  throw error;
}

/** Services of another process as clients, by their names and operations. */
export type Shape = Readonly<Record<string, readonly string[]>>;

/** Clients that call the host over loopback. */
export function remoteClients(
  shape: Shape,
  send: (call: Call, signal?: AbortSignal) => Promise<Answer>,
): Readonly<Record<string, object>> {
  const method =
    (service: string, operation: string) =>
    async (input: unknown, options: CallOptions): Promise<unknown> => {
      const { timeoutMs: limit, key, signal } = options;
      const timeoutMs = typeof limit === 'number' ? limit : null;
      let answer: Answer;
      try {
        answer = await send(
          { service, operation, input, timeoutMs, ...(key !== undefined && { key }) },
          signal,
        );
      } catch {
        throw new ConnectionResetError(service, operation);
      }
      if (answer.kind === 'answer') return answer.value;
      if (answer.kind === 'refusal') {
        throw new ServiceError(service, operation, answer.status, answer.reason, answer.body);
      }
      if (answer.kind === 'timeout') {
        throw new ServiceTimeoutError(service, operation, answer.timeoutMs);
      }
      throw new ConnectionResetError(service, operation);
    };
  return Object.fromEntries(
    Object.entries(shape).map(([service, operations]) => [
      service,
      Object.fromEntries(operations.map((operation) => [operation, method(service, operation)])),
    ]),
  );
}
