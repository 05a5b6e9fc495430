import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kiosk } from '../scenario/fixtures/kiosk.ts';
import { faultTargets } from '../scenario/fault-targets.ts';
import { parseLoad } from '../scenario/load-spec.ts';
import { collectRun, isOf } from '../scenario/testing.ts';
import { faultKinds, parseFault } from '../services/index.ts';
import { drawStorm } from './draw-storm.ts';
import { runSeed } from './run-seed.ts';
import { stormLine } from './storm-line.ts';
import type { SwarmStorm } from './swarm-storm.ts';

const targets = await faultTargets(kiosk, kiosk.settings.parse({}));
const settings = { ratePerSecond: [1, 4], patienceMs: [1_000, 9_000] } as const;
const draw = (seed: number): SwarmStorm =>
  drawStorm(seed, { targets, kinds: faultKinds, small: {}, settings });

/** What the command line reads from a line: no word of it has to be quoted. */
function read(line: string): SwarmStorm & { readonly implementation: string | undefined } {
  const [, flags = ''] = line.split(' -- ');
  const given = flags.split(' ').map((word) => {
    const [name = '', ...value] = word.replace(/^--/, '').split('=');
    return [name, value.join('=')] as const;
  });
  const all = (name: string): readonly string[] =>
    given.flatMap(([each, value]) => (each === name ? [value] : []));
  const one = (name: string): string => all(name)[0] ?? '';
  const load = parseLoad(one('load'));
  const { durationMs } = load;
  const startsAtMs = Date.parse(kiosk.startsAt);
  return {
    seed: Number(one('seed')),
    implementation: all('implementation')[0],
    load,
    settings: Object.fromEntries(
      all('set').map((text) => [text.split('=')[0] ?? '', Number(text.split('=')[1])]),
    ),
    faults: all('fault').map((text) => {
      const fault = parseFault(text, { targets, startsAtMs, durationMs });
      return { ...fault, id: fault.id ?? 'none' };
    }),
  };
}

test('a line that is printed is read back as the same storm', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (seed) => {
      const storm = draw(seed);
      expect(read(stormLine('kiosk', storm))).toEqual({ ...storm, implementation: undefined });
      expect(read(stormLine('kiosk', storm, 'careless')).implementation).toBe('careless');
    }),
  );
});

test('a line shows its storm and nothing besides', () => {
  const storm: SwarmStorm = {
    seed: 7,
    load: { shape: 'spike', factor: 0.5, durationMs: 90_500 },
    settings: { patienceMs: 1_000 },
    faults: [{ id: 'a', kind: 'clock', service: 'app', fromMs: 500, toMs: 1_000, byMs: -500 }],
  };
  expect(stormLine('kiosk', storm, 'careless')).toBe(
    'pnpm --filter kiosk start -- --scenario=recovery --seed=7 --implementation=careless --calm ' +
      '--load=spike,factor=0.5,for=90.5s --set=patienceMs=1000 --fault=app:clock@+0.5s-+1s,by=-500,id=a',
  );
  const calm = stormLine('kiosk', { ...storm, settings: {}, faults: [] });
  expect(read(calm)).toMatchObject({ settings: {}, faults: [] });
});

describe('a line gives the verdict of its storm', () => {
  const seeds = Array.from({ length: 12 }, (_, index) => index + 1);

  test('to the swarm', async () => {
    for (const seed of seeds) {
      const storm = draw(seed);
      const { implementation: _, ...again } = read(stormLine('kiosk', storm));
      expect(await runSeed(kiosk, again, 'careless')).toEqual(
        await runSeed(kiosk, storm, 'careless'),
      );
    }
  });

  test('to whoever pastes it, for an invariant that breaks or holds', async () => {
    let broken = 0;
    for (const seed of seeds) {
      const { breakage, storm } = await runSeed(kiosk, draw(seed), 'careless');
      const line = read(stormLine('kiosk', storm, 'careless'));
      const { records } = await collectRun(kiosk, {
        scenario: 'recovery',
        seed: line.seed,
        implementations: ['careless'],
        isCalm: true,
        load: line.load,
        settings: line.settings,
        faults: line.faults,
      });
      const paidOnce = records.filter(isOf('check')).find(({ name }) => name === 'paid-once');
      expect(paidOnce?.ok).toBe(breakage?.rule !== 'paid-once');
      if (paidOnce?.ok === false) broken += 1;
    }
    expect(broken).toBeGreaterThan(0);
    expect(broken).toBeLessThan(seeds.length);
  });
});
