import { expect, test } from 'vitest';
import type { AnyExample } from '../../scenario/example.ts';
import { faultTargets } from '../../scenario/fault-targets.ts';
import { kiosk } from '../../scenario/fixtures/kiosk.ts';
import { checkFaultTargets } from '../../services/index.ts';
import { drawMystery } from './draw-mystery.ts';

test('every fault of a mystery can be had, whatever was drawn', async () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a mystery knows no example
  const example = kiosk as unknown as AnyExample;
  const targets = await faultTargets(example, example.settings.parse({}));
  const kinds = new Set<string>();
  for (let number = 1; number <= 300; number += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { faults } = await drawMystery(number, 0, [example]);
    checkFaultTargets(faults, targets);
    for (const { id, kind } of faults) if (id === 'cause') kinds.add(kind);
  }
  expect(kinds).toContain('partition');
});
