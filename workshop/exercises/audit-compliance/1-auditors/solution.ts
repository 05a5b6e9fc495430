import { createBreakers } from '@firedrill/core/resilience';
import { type CreateSystem, hardenedParts, type Parts, startProgram } from '#audit-compliance';

const callTimeoutMs = 5_000;

/**
 * What was not taken, or nobody knows whether it was, rejects and comes again; with a key, so that
 * twice is once. While the auditors do not answer, one call now and then asks whether they are back.
 */
const createForwarding: Parts['createForwarding'] = ({ audit }) => {
  const breakers = createBreakers<'auditors'>({
    failureThreshold: { consecutive: 3 },
    halfOpenAfterMs: { initialMs: 1_000, maxMs: 5_000 },
  });
  return async (events) => {
    const entries = events.flatMap((event) =>
      event.type === 'access.granted' || event.type === 'access.denied' ? [event.data] : [],
    );
    await breakers.execute('auditors', () =>
      audit.append({ entries, hasKeys: true }, { timeoutMs: callTimeoutMs }),
    );
  };
};

export const create: CreateSystem = (context) =>
  startProgram(context, { ...hardenedParts, createForwarding });
