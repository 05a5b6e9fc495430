import {
  brokenIn,
  collectEvidence,
  evidenceSchema,
  gradeAnswer,
  mysteryStorm,
  openMystery,
  proveMystery,
  truthOf,
} from '@firedrill/core/workshop';
import { describe, expect, test } from 'vitest';
import { incidentNames, loadIncident } from '../src/incidents.ts';
import { Game } from '../src/mystery/game.ts';
import { signsLeft } from '../src/mystery/signs-left.ts';
import { prices } from '../src/mystery/prices.ts';
import { gradeLines } from '../src/mystery/verdict-lines.ts';

const examples = (await Promise.all(incidentNames.map(loadIncident))).map(({ example }) => example);
/** The audit sink is slow and hangs; faults of other services are beside the point. */
const number = 10;
const { mystery, evidence } = await openMystery(number, examples);
const truth = truthOf(mystery);
const newGame = (): Game =>
  new Game(evidence, (implementation, settings) => signsLeft(mystery, implementation, settings));

describe('a mystery of a number', () => {
  test('is the same each time', async () => {
    const again = await openMystery(number, examples);
    expect(truthOf(again.mystery)).toEqual(truth);
    expect(again.evidence).toEqual(evidence);
  });

  test('is proven: without its cause no sign is there, with it alone every one', async () => {
    const { example, implementation, signs, cause, faults } = mystery;
    const ids = Object.values(cause.conditions).flatMap((condition) =>
      'faults' in condition ? condition.faults : [],
    );
    const storm = await mysteryStorm(mystery);
    const others = storm.faults.map(({ id }) => id).filter((id) => !ids.includes(id));
    const without = await brokenIn(example, implementation, storm, { faults: new Set(others) });
    const alone = await brokenIn(example, implementation, storm, {
      faults: new Set(ids),
      isOrdinaryLoad: true,
    });
    expect(signs.length).toBeGreaterThan(0);
    expect(faults.length).toBeGreaterThan(ids.length);
    expect(signs.filter((sign) => without.broken.includes(sign))).toEqual([]);
    expect(alone.broken).toEqual(expect.arrayContaining([...signs]));
  });

  test('is not proven of a fault that is beside the point', async () => {
    const decoy = mystery.faults.find(({ id }) => id?.startsWith('swarm') === true);
    const id = decoy?.id ?? '';
    const causes = [{ label: id, conditions: { it: { label: id, faults: [id] } } }];
    expect(await proveMystery({ ...mystery, causes })).toMatchObject({ isProven: false });
  });

  test('is not proven where nothing breaks', async () => {
    const proof = await proveMystery({ ...mystery, faults: [], causes: [] });
    expect(proof).toEqual({
      isProven: false,
      reason: 'the storm breaks nothing that holds on an ordinary day',
    });
  });
});

describe('the evidence', () => {
  test('says nothing of faults, of the load and of the cause', async () => {
    const text = JSON.stringify(await collectEvidence(mystery));
    expect(evidenceSchema.parse(JSON.parse(text))).toEqual(evidence);
    for (const { id = 'none' } of mystery.faults) expect(text).not.toContain(id);
    for (const { label } of truth.parts) expect(text).not.toContain(label);
    for (const label of truth.beside) expect(text).not.toContain(label);
    expect(text).not.toContain(truth.cause);
    expect(text).not.toContain(`"${mystery.load.shape}"`);
    expect(text).not.toContain(String(mystery.seed));
    expect(text).not.toMatch(/fault/i);
  });

  test('has a log of the place where it happened', () => {
    const [part] = truth.parts;
    const lines = evidence.logs[part?.place ?? ''] ?? [];
    expect(lines.filter(({ level }) => level === 'warn').length).toBeGreaterThan(2);
  });
});

describe('a game', () => {
  test('costs what the price list says, and nothing for what cannot be answered', async () => {
    const game = newGame();
    for (const [line, minutes] of [
      ['metrics', 0],
      ['metric nonsense', 0],
      ['metric timeToAnswer.p99', prices.metric],
      ['logs audit', prices.logs],
      ['logs __proto__', 0],
      ['errors', prices.errors],
      ['state audit', prices.state],
      ['setting patients', prices.setting],
      ['calm', prices.calm],
      ['compare hardened', prices.compare],
      ['cause slow nowhere 8:01-8:02', 0],
      ['nonsense', 0],
    ] as const) {
      const before = game.minutes;
      const reply = await game.ask(line);
      expect([line, reply.minutes]).toEqual([line, minutes]);
      expect(game.minutes - before).toBe(minutes);
      for (const each of reply.lines) expect(each.length).toBeLessThanOrEqual(80);
    }
    expect(game.asked).toBe(7);
  });

  test('tries a remedy on the same storm', async () => {
    const game = newGame();
    await game.ask('remedy hardened');
    expect(game.remedy?.left).toEqual([]);
    await game.ask(`remedy ${mystery.implementation.name} patients=90`);
    expect(game.remedy?.left.length).toBeGreaterThan(0);
    const { minutes } = game;
    const refused = await game.ask('remedy hardened patients=-1');
    expect(refused.lines.join(' ')).toMatch(/patients/);
    expect(game.minutes).toBe(minutes);
  });

  test('tells how near a group was', async () => {
    const [part] = truth.parts;
    const game = newGame();
    await game.ask('cause hang audit 08:01:34-08:03:56');
    await game.ask('remedy hardened');
    const { answer, remedy, minutes, asked } = game;
    expect(part?.place).toBe('audit');
    expect(answer && gradeAnswer(truth.parts, answer)).toMatchObject({
      kind: 'right',
      isPlaceRight: true,
    });
    const text = gradeLines(truth, evidence.startsAt, { answer, remedy, minutes, asked }).join(
      '\n',
    );
    expect(text).toContain('100 of 100');
    expect(text).toContain('20 minutes');
  });
});
