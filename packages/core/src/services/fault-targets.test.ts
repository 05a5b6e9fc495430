import { describe, expect, test } from 'vitest';
import {
  checkFaultTargets,
  type Fault,
  type FaultKind,
  faultKinds,
  faultKindsOf,
  faultProblem,
  type FaultTarget,
} from './index.ts';

const targets: readonly FaultTarget[] = [
  { name: 'gateway', kind: 'service', operations: ['capture', 'refund'], keys: undefined },
  { name: 'webhooks', kind: 'service', operations: ['deliver'], keys: 'merchants' },
  { name: 'callbacks', kind: 'channel', operations: [], keys: undefined },
  { name: 'signed', kind: 'channel', operations: [], keys: undefined, isChecked: true },
  { name: 'app', kind: 'process', operations: [], keys: undefined },
];

/** A fault of a kind with what that kind needs. */
function faultOf(service: string, kind: FaultKind): Fault {
  const strike = { service, fromMs: 0, toMs: 1_000 };
  if (kind === 'slow') return { ...strike, kind, factor: 2 };
  if (kind === 'flap') return { ...strike, kind, periodMs: 10, downMs: 5 };
  if (kind === 'reorder') return { ...strike, kind, delayMs: 5 };
  if (kind === 'dribble') return { ...strike, kind, forMs: 5 };
  if (kind === 'clock') return { ...strike, kind, byMs: 5 };
  return { ...strike, kind };
}

describe('what a fault may strike', () => {
  test('a partition takes every call, and cuts off a process that there is', () => {
    const partition = { ...faultOf('gateway', 'partition'), kind: 'partition' } as const;
    expect(faultProblem({ ...partition, process: 'app' }, targets)).toBeUndefined();
    expect(faultProblem({ ...partition, process: 'ap' }, targets)).toEqual({
      cause: 'there is no process "ap"',
      remedy: 'Did you mean "app"? Use one of app.',
    });
    expect(faultProblem({ ...partition, share: 0.5 }, targets)?.remedy).toBe(
      'Leave operation, share and of out.',
    );
  });

  const store: FaultTarget = {
    name: 'events',
    kind: 'store',
    operations: ['append'],
    keys: undefined,
  };
  test.each([...targets, store])('$name can have its own kinds of fault and no other', (target) => {
    const { name, kind } = target;
    const kinds = faultKindsOf(target);
    expect(kinds.includes('corrupt')).toBe(target.isChecked === true);
    for (const each of faultKinds) {
      const problem = faultProblem(faultOf(name, each), [...targets, store]);
      const refusal = {
        cause:
          kind === 'channel' && each === 'corrupt'
            ? `nobody can tell that a message of ${name} was changed: it is neither signed nor has it a checksum`
            : `${name} is a ${kind}, and cannot have ${each}`,
        remedy: `Use one of ${kinds.join(', ')}.`,
      };
      expect(problem).toEqual(kinds.includes(each) ? undefined : refusal);
    }
  });

  test('a process may crash after an operation of a store', () => {
    const crash = { ...faultOf('app', 'crash'), kind: 'crash', after: 'events.append' } as const;
    expect(faultProblem(crash, [...targets, store])).toBeUndefined();
    expect(faultProblem({ ...crash, after: 'events' }, [...targets, store])).toBeUndefined();
  });

  const hang = faultOf('gateway', 'hang');
  const crash = faultOf('app', 'crash');
  test.each<[Fault, string, string]>([
    [
      { ...hang, service: 'gatway' },
      'there is no service "gatway"',
      'Did you mean "gateway"? Use one of gateway, webhooks, callbacks, signed, app.',
    ],
    [
      { ...hang, operation: 'captre' },
      'gateway has no operation "captre"',
      'Did you mean "capture"? Use one of capture, refund.',
    ],
    [
      { ...hang, of: 'keys', share: 0.5 },
      'the calls of gateway carry no key, and of is "keys"',
      'Use of=calls, or leave it out.',
    ],
    [{ ...crash, share: 0.5 }, 'a process cannot have a share of crash', 'Leave share and of out.'],
    [{ ...crash, operation: 'x' }, 'app has no operation "x"', 'There are none.'],
    [
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a crash
      { ...crash, after: 'gateway.captre' } as Fault,
      'there is no operation "gateway.captre"',
      'Did you mean "gateway.capture"? Use one of gateway.capture, gateway.refund, webhooks.deliver.',
    ],
    [
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a crash
      { ...crash, after: 'callbacks' } as Fault,
      'there is no service "callbacks"',
      'Use one of gateway, webhooks.',
    ],
  ])('%o is refused with cause and remedy', (fault, cause, remedy) => {
    expect(faultProblem(fault, targets)).toEqual({ cause, remedy });
    expect(() => checkFaultTargets([hang, fault], targets)).toThrow(
      new RangeError(`Invalid fault: ${cause}. ${remedy}`),
    );
  });

  test('is named by its id, and nothing is refused that is right', () => {
    expect(() => checkFaultTargets([{ ...hang, id: 'h', operation: 'x' }], targets)).toThrow(
      'Invalid fault "h": gateway has no operation "x".',
    );
    const right: Fault = { ...faultOf('webhooks', 'hang'), of: 'keys', share: 0.5 };
    checkFaultTargets([hang, crash, right], targets);
  });
});
