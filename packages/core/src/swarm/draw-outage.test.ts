import { expect, test } from 'vitest';
import { faultKinds, type FaultTarget } from '../services/index.ts';
import { drawStorm } from './draw-storm.ts';

const service = (name: string): FaultTarget => ({
  name,
  kind: 'service',
  operations: ['pay', 'find'],
  keys: undefined,
});
const app: FaultTarget = { name: 'app', kind: 'process', operations: [], keys: undefined };
const usual = [service('bank'), service('mail'), app];
const space = {
  targets: usual,
  kinds: faultKinds,
  small: {},
  settings: {},
  switches: new Map([
    ['banks', [...usual, service('bank-b')]],
    ['letters', usual],
  ]),
  aims: { banks: ['bank'], letters: ['mail'] },
};
const storms = Array.from({ length: 400 }, (_, seed) => drawStorm(seed, space));
const outageOf = ({ faults }: (typeof storms)[number]) =>
  faults.filter(({ id }) => id.startsWith('outage-'));
const withBanks = storms.filter(({ settings }) => settings['banks'] === 1);

test('three in ten of the storms in which something has a second have an outage of the first', () => {
  const struck = withBanks.filter((storm) => outageOf(storm).length > 0);
  expect(struck.length / withBanks.length).toBeCloseTo(0.3, 1);
  const services = new Set(struck.map((storm) => outageOf(storm)[0]?.service));
  expect(services).toEqual(new Set(['bank']));
});

test('in one of ten of the others any service is away, and a process crashes after a step of it', () => {
  const others = storms.filter(({ settings }) => settings['banks'] !== 1);
  const struck = others.map(outageOf).filter(({ length }) => length > 0);
  expect(struck.length / others.length).toBeCloseTo(0.1, 1);
  expect(new Set(struck.map(([away]) => away?.service))).toEqual(new Set(['bank', 'mail']));
  const steps = struck.flatMap(([away, crash]) =>
    crash?.kind === 'crash' ? [[away?.service, crash.after?.split('.')[0]]] : [],
  );
  expect(steps.length).toBeGreaterThan(0);
  for (const [struckOne, crashesAfter] of steps) expect(crashesAfter).toBe(struckOne);
});

test('it is whole, while the load is high, and over by half time', () => {
  for (const storm of withBanks) {
    const busyFromMs = storm.load.shape === 'spike' ? storm.load.durationMs / 4 : 0;
    for (const { fromMs, toMs, share, operation } of outageOf(storm)) {
      expect({ share, operation }).toEqual({ share: undefined, operation: undefined });
      expect(fromMs).toBeGreaterThanOrEqual(busyFromMs);
      expect(toMs).toBeLessThanOrEqual(storm.load.durationMs / 2);
    }
  }
});

test('in many a process crashes after a step of the one way, or the other', () => {
  const crashes = withBanks
    .flatMap(outageOf)
    .flatMap((fault) => (fault.kind === 'crash' ? [fault.after] : []));
  const steps = ['bank.pay', 'bank.find', 'bank-b.pay', 'bank-b.find'];
  expect(new Set(crashes)).toEqual(new Set(steps));
});
