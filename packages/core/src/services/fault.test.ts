import { describe, expect, test } from 'vitest';
import { createRandom } from '../simulation/index.ts';
import {
  createNetwork,
  type Fault,
  faultInfo,
  faultLabel,
  identifyFaults,
  validateFault,
} from './index.ts';

const hang: Fault = { kind: 'hang', service: 'gateway', fromMs: 0, toMs: 10 };
const network = (faults: readonly Fault[], seed = 1) =>
  createNetwork({ transport: 'in-process', random: createRandom(seed), faults });

describe('a fault in code', () => {
  test.each([
    [{ kind: 'hnag' }, TypeError, 'Invalid fault kind "hnag": use one of hang, error'],
    [{ service: undefined }, TypeError, 'Invalid hang fault.service undefined: use a name.'],
    [{ service: '' }, TypeError, 'Invalid hang fault.service "": use a name.'],
    [{ operation: 7 }, TypeError, 'Invalid hang fault.operation 7'],
    [{ fromMs: '5' }, TypeError, 'Invalid hang fault.fromMs "5": use a number.'],
    [{ fromMs: -1 }, RangeError, 'Invalid hang fault.fromMs -1: use a number of 0 or more.'],
    [{ toMs: Number.NaN }, RangeError, 'Invalid hang fault.toMs NaN'],
    [{ toMs: Infinity }, RangeError, 'Invalid hang fault.toMs Infinity'],
    [{ toMs: 0 }, RangeError, 'Invalid hang fault.toMs 0: use more than fromMs, which is 0.'],
    [{ share: 1.1 }, RangeError, 'Invalid hang fault.share 1.1: use a number from 0 to 1.'],
    [{ of: 'key' }, TypeError, 'Invalid hang fault.of "key": use "calls" or "keys".'],
    [{ status: 500 }, TypeError, 'Invalid hang fault: it has no field "status".'],
    [{ kind: 'error', status: 200 }, RangeError, 'Invalid error fault.status 200'],
    [{ kind: 'error', status: 500.5 }, RangeError, 'use an integer from 400 to 599.'],
    [{ kind: 'slow' }, TypeError, 'Invalid slow fault: give either latency or factor.'],
    [{ kind: 'slow', factor: 0 }, RangeError, 'Invalid slow fault.factor 0'],
    [{ kind: 'slow', latency: 5 }, TypeError, 'Invalid slow fault.latency 5'],
    [{ kind: 'reset', performed: 'no' }, TypeError, 'Invalid reset fault.performed "no"'],
    [{ kind: 'flap', periodMs: 5 }, TypeError, 'Invalid flap fault.downMs undefined'],
    [{ kind: 'flap', periodMs: 5, downMs: 5 }, RangeError, 'Invalid flap fault.periodMs 5'],
    [{ kind: 'duplicate', copies: 0 }, RangeError, 'Invalid duplicate fault.copies 0'],
    [{ kind: 'reorder' }, TypeError, 'Invalid reorder fault.delayMs undefined'],
    [{ kind: 'dribble' }, TypeError, 'Invalid dribble fault.forMs undefined'],
    [{ kind: 'dribble', forMs: 0 }, RangeError, 'Invalid dribble fault.forMs 0'],
    [{ kind: 'clock' }, TypeError, 'Invalid clock fault.byMs undefined'],
    [{ kind: 'clock', byMs: 0 }, RangeError, 'use milliseconds other than 0'],
    [{ kind: 'clock', byMs: -90_000_000 }, RangeError, 'at most 86400000 ahead or behind'],
  ])('with %o is refused', (change, type, message) => {
    const validate = (): void => validateFault({ ...hang, ...change });
    expect(validate).toThrow(type);
    expect(validate).toThrow(message);
  });

  test('gets an id when it has none, and keeps the one that it has', () => {
    const faults: Fault[] = [
      hang,
      { ...hang, id: 'gateway-hang-2' },
      hang,
      { ...hang, kind: 'error' },
    ];
    const identified = identifyFaults(faults);
    expect(identified.map(({ id }) => id)).toEqual([
      'gateway-hang-1',
      'gateway-hang-2',
      'gateway-hang-3',
      'gateway-error-1',
    ]);
    expect(identifyFaults(identified)).toEqual(identified);
    expect(() => identifyFaults([identified[0] ?? hang, identified[0] ?? hang])).toThrow(
      /two faults have it/,
    );
  });

  test('is described for a record', () => {
    expect(identifyFaults([hang]).map((fault) => faultInfo(fault))).toEqual([
      {
        id: 'gateway-hang-1',
        service: 'gateway',
        kind: 'hang',
        fromMs: 0,
        toMs: 10,
        label: 'gateway: all calls hang',
      },
    ]);
  });

  test('is described with what its keys are', () => {
    const share = { share: 0.4, of: 'keys' } as const;
    expect(faultLabel({ ...hang, ...share }, 'merchants')).toBe('gateway: 40 % of merchants hang');
    expect(faultLabel({ kind: 'crash', service: 'node-2', fromMs: 0, toMs: 9 })).toBe(
      'node-2 crashes',
    );
  });

  test('strikes the same keys for the same seed, and others for another', async () => {
    const faults: Fault[] = [{ ...hang, id: 'sick', share: 0.3, of: 'keys' }];
    const keys = Array.from({ length: 3_000 }, (_, n) => `merchant-${n}`);
    const struck = async (seed: number): Promise<string[]> => {
      const { isAffected } = await network(faults, seed);
      return keys.filter((key) => isAffected('sick', key));
    };
    const first = await struck(1);
    expect(first.length / keys.length).toBeCloseTo(0.3, 1);
    expect(await struck(1)).toEqual(first);
    expect(await struck(2)).not.toEqual(first);
  });

  test('says nothing about keys when it strikes single calls, or is not there', async () => {
    const { isAffected } = await network([{ ...hang, share: 0.5 }]);
    expect(() => isAffected('gateway-hang-1', 'a')).toThrow(/picks single calls/);
    expect(() => isAffected('gateway-hagn-1', 'a')).toThrow(/Did you mean "gateway-hang-1"/);
  });
});
