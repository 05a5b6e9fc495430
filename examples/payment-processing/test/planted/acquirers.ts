import { ServiceTimeoutError } from '@firedrill/core/services';
import type { Outside } from '../../src/system.ts';
import { type Bug, minute, onDatabase, wired } from './plant.ts';

const on = { settings: { acquirers: true } } as const;

type Gateway = Outside['gateways']['us'];

/** A gateway whose captures go to the other acquirer when they are not answered in time. */
function impatient(first: Gateway, second: Gateway | undefined): Gateway {
  const asked = new Map<string, Parameters<Gateway['authorize']>[0]>();
  return {
    ...first,
    async authorize(input, options) {
      const answer = await first.authorize(input, options);
      if (answer.status === 'authorized') asked.set(answer.authorizationId, input);
      return answer;
    },
    async capture(input, options) {
      try {
        return await first.capture(input, options);
      } catch (error) {
        const before = asked.get(input.authorizationId);
        if (!(error instanceof ServiceTimeoutError) || !before || !second) throw error;
        const answer = await second.authorize(before, options);
        if (answer.status !== 'authorized') throw error;
        return second.capture({ authorizationId: answer.authorizationId }, options);
      }
    },
  };
}

/** Bugs on the way from one acquirer to the other. */
export const acquirerBugs: readonly Bug[] = [
  wired(
    {
      ...on,
      name: 'time-out-is-a-no',
      flaw: 'a capture that is not answered in time is made at the other acquirer',
      breaks: ['no-double-charge'],
    },
    ({ gateways: { us, eu, apac }, secondGateways: second }) => ({
      gateways: {
        us: impatient(us, second.us),
        eu: impatient(eu, second.eu),
        apac: impatient(apac, second.apac),
      },
    }),
  ),
  onDatabase(
    {
      ...on,
      name: 'nothing-to-give-back',
      flaw: 'that something may be left at the first acquirer is kept in memory, and looked at by nobody',
      breaks: ['abandoned-attempts-end'],
      faults: [
        { kind: 'drop-response', service: 'gateway-us', fromMs: 6 * minute, toMs: 8 * minute },
      ],
    },
    () => ({ reroutes: async () => [] }),
  ),
  wired(
    {
      ...on,
      name: 'no-way-to-the-second',
      flaw: 'the second acquirer is there, and its address was never set',
      breaks: ['paid-in-time', 'paid-through-outage', 'through-outage-p99'],
      faults: [
        { kind: 'hang', service: 'gateway-us', fromMs: 16 * minute, toMs: 26 * minute },
        { kind: 'hang', service: 'gateway-apac', fromMs: 16 * minute, toMs: 26 * minute },
      ],
    },
    () => ({ secondGateways: {} }),
  ),
];
