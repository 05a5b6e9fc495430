import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rehearse } from '@firedrill/core/workshop';
import type { AnyImplementation } from '@firedrill/core/scenario';
import { expect, test } from 'vitest';
import { loadIncident, root, twinFile } from '../src/incidents.ts';
import { wrongFixes } from './wrong-fixes.ts';

const folder = join(root, '.state', 'wrong-fixes');

test.each(wrongFixes)(
  '$incident, $exercise: $name is told what it leaves open',
  async ({ incident: name, exercise, edits, leavesOpen, told, name: fix }) => {
    let text = readFileSync(twinFile({ incident: name, exercise }, 'problem'), 'utf8');
    for (const [from, to] of edits) {
      expect(text.replaceAll(/\s+/g, ' ')).toContain(from.replaceAll(/\s+/g, ' ').trim());
      text = replaced(text, from, to);
    }
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${name}-${fix.replaceAll(' ', '-')}.ts`);
    writeFileSync(file, text);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what every exercise exports
    const { create } = (await import(file)) as Pick<AnyImplementation, 'create'>;
    const incident = await loadIncident(name);
    const implementation = { name: 'yours', week: 99, flaw: fix, create };
    const { rules, thrown } = await rehearse({ incident, exercise, implementation, seed: 1 });
    const rule = rules.find((each) => each.name === leavesOpen);
    expect(thrown.filter(({ isDefect }) => isDefect)).toEqual([]);
    expect(rule?.holds).toBe(false);
    expect(`${rule?.hint?.where} ${rule?.hint?.why}`).toMatch(told);
  },
);

/** Replaces a passage, wherever the formatter has broken its lines. */
function replaced(text: string, from: string, to: string): string {
  const words = from
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return text.replace(new RegExp(words.join(String.raw`\s+`)), () => to.trim());
}
