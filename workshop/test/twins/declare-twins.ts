import process from 'node:process';
import { rehearse, unseenStorm, wholeStorm } from '@firedrill/core/workshop';
import type { AnyImplementation } from '@firedrill/core/scenario';
import { expect, test } from 'vitest';
import { loadIncident, twinFile } from '../../src/incidents.ts';

/** Storms that nobody has seen, for each solution: as many as a morning has time for, all at night. */
const storms = Number(process.env['WORKSHOP_STORMS'] ?? 2);

async function load(incident: string, exercise: string, twin: 'problem' | 'solution') {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what every exercise exports
  const { create } = (await import(twinFile({ incident, exercise }, twin))) as Pick<
    AnyImplementation,
    'create'
  >;
  return { name: 'yours', week: 99, flaw: 'under test', create };
}

/**
 * Declares the tests of the twins of an incident: every problem fails its own step and passes the one
 * before, every solution passes, whoever is lazy fails.
 */
export async function declareTwins(incidentName: string): Promise<void> {
  const incident = await loadIncident(incidentName);
  const { example, exercises } = incident;

  test.each(exercises)('the problem of $name fails its own step, with a hint', async ({ name }) => {
    const implementation = await load(example.name, name, 'problem');
    const { rules } = await rehearse({ incident, exercise: name, implementation, seed: 1 });
    const broken = rules.filter(({ holds }) => !holds);
    expect(broken).not.toEqual([]);
    expect(broken.filter(({ part }) => part !== 'step')).toEqual([]);
    for (const { hint } of broken) {
      expect(hint?.where).toMatch(/\d/);
      expect(hint?.why).toMatch(/\w/);
    }
  });

  // Of the others, the test above has shown it: the same storm, and no rule of an earlier step.
  const underMore = exercises.slice(1).filter(({ faults, rules }, index) => {
    const earlier = new Set(
      exercises.slice(0, index + 1).flatMap((each) => Object.keys(each.rules)),
    );
    return faults !== undefined || Object.keys(rules).some((rule) => earlier.has(rule));
  });
  test.each(underMore)('the problem of $name passes the step before', async ({ name }) => {
    const before = exercises[exercises.findIndex((each) => each.name === name) - 1];
    const implementation = await load(example.name, name, 'problem');
    const { rules } = await rehearse({
      incident,
      exercise: before?.name ?? '',
      implementation,
      seed: 1,
    });
    expect(rules.filter(({ holds }) => !holds)).toEqual([]);
  });

  test.each(exercises)('the solution of $name passes', async ({ name: exercise }) => {
    const implementation = await load(incidentName, exercise, 'solution');
    const { rules } = await rehearse({ incident, exercise, implementation, seed: 1 });
    expect(rules.filter(({ holds }) => !holds)).toEqual([]);
    for (let seed = 1; seed <= storms; seed += 1) {
      const { broken, storm } = await unseenStorm(incident, exercise, implementation, seed);
      expect(broken, storm).toBeUndefined();
    }
    // Where an exercise has a smaller storm than the incident; in the morning for the last one alone.
    const isLast = exercise === exercises.at(-1)?.name;
    if (incident.settings === undefined || (storms <= 2 && !isLast)) return;
    const whole = await wholeStorm({ incident, exercise, implementation, seed: 1 });
    expect(whole.broken).toBeUndefined();
  });

  test.each(exercises)('whoever is lazy fails $name, and is told by what', async ({ name }) => {
    for (const lazy of [example.lazy['refuses-everybody'], example.lazy['says-yes']]) {
      if (lazy === undefined) continue;
      const { rules, holds } = await rehearse({
        incident,
        exercise: name,
        implementation: { ...lazy, name: 'yours' },
        seed: 1,
      });
      expect(holds).toBe(false);
      expect(rules.find((rule) => !rule.holds)?.hint?.where).toMatch(/\d/);
    }
  });
}
