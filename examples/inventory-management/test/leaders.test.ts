import { ServiceError, ServiceTimeoutError } from '@firedrill/core/services';
import { expect, test } from 'vitest';
import {
  type Place,
  type ReplicaName,
  replicaNames,
  type Standing,
} from '../src/domain/replicas.ts';
import type { Survey } from '../src/domain/stock.ts';
import type { ReplicaClient } from '../src/implementations/hardened/keeper.ts';
import { createLeaders, type Leaders } from '../src/implementations/hardened/leaders.ts';
import { createStatements } from '../src/implementations/hardened/statements.ts';
import { type InPlace, inPlace } from './in-place.ts';

const shard = 'shard-1';

/** What each of three machines says, and how often it was asked. */
interface Machine {
  epoch: number;
  primary: ReplicaName | undefined;
  asked: number;
}

type Machines = Readonly<Record<ReplicaName, Machine>>;

function clientOf(replica: ReplicaName, machine: Machine): ReplicaClient {
  const standing = (): Standing => ({
    replica,
    shard,
    epoch: machine.epoch,
    primary: machine.primary,
    logEpoch: 1,
    position: 0,
  });
  return {
    async standings() {
      machine.asked += 1;
      return { standings: [standing()] };
    },
    raise: async () => ({ isRaised: false, standing: standing() }),
    promote: async () => ({ isPrimary: false }),
  };
}

const machine = (): Machine => ({ epoch: 1, primary: 'replica-a', asked: 0 });

const withLeaders = (
  body: (at: InPlace<Leaders> & { readonly machines: Machines }) => Promise<void>,
): Promise<void> => {
  const machines = { 'replica-a': machine(), 'replica-b': machine(), 'replica-c': machine() };
  return inPlace(
    { settings: { replicas: true } },
    ({ outside }) =>
      createLeaders({
        ...outside,
        replicas: {
          'replica-a': clientOf('replica-a', machines['replica-a']),
          'replica-b': clientOf('replica-b', machines['replica-b']),
          'replica-c': clientOf('replica-c', machines['replica-c']),
        },
      }),
    (phase) => body({ ...phase, machines }),
  );
};

const asked = (machines: Machines): readonly number[] =>
  replicaNames.map((name) => machines[name].asked);

const refused = () => new ServiceError('stock', 'read', 503, 'not the primary');
const replicaOf = async (place: Place | undefined) => place?.replica;

test('who the primary is is asked once, at once, and not again while it performs what it is asked', () =>
  withLeaders(async ({ part: leaders, machines, context }) => {
    await Promise.all([1, 2, 3].map(() => leaders.at(shard, replicaOf)));
    for (let number = 0; number < 10; number += 1) {
      expect(await leaders.at(shard, replicaOf)).toBe('replica-a');
    }
    expect(asked(machines)).toEqual([1, 1, 1]);
    expect(context.elapsedMs()).toBe(0);
  }));

test('a statement names whom it is meant for, in which epoch, and that one more has to have it', () =>
  withLeaders(async ({ part: leaders }) => {
    expect(await leaders.at(shard, async (place) => place)).toEqual({
      replica: 'replica-a',
      epoch: 1,
      copies: 1,
    });
  }));

test('who is refused asks who the primary is by now, and believes the newest epoch', () =>
  withLeaders(async ({ part: leaders, machines }) => {
    await leaders.at(shard, replicaOf);
    Object.assign(machines['replica-b'], { epoch: 3, primary: 'replica-c' });
    Object.assign(machines['replica-c'], { epoch: 2, primary: 'replica-b' });
    const tried: (Place | undefined)[] = [];
    const run = async (place: Place | undefined): Promise<void> => {
      tried.push(place);
      if (place?.epoch !== 3) throw refused();
    };
    await leaders.at(shard, run);
    expect(tried.map((place) => place?.replica)).toEqual(['replica-a', 'replica-c']);
    await leaders.at(shard, run);
    expect(tried).toHaveLength(3);
  }));

test('while there is no primary a statement waits for one, for a second', () =>
  withLeaders(async ({ part: leaders, machines, context }) => {
    for (const name of replicaNames) machines[name].primary = undefined;
    setTimeout(() => Object.assign(machines['replica-b'], { epoch: 2, primary: 'replica-b' }), 750);
    expect(await leaders.at(shard, replicaOf)).toBe('replica-b');
    expect(context.elapsedMs()).toBeLessThan(900);
  }));

test('without a primary for longer the statement fails, and is run nowhere', () =>
  withLeaders(async ({ part: leaders, machines, context }) => {
    for (const name of replicaNames) machines[name].primary = undefined;
    let runs = 0;
    const answer = leaders.at(shard, async () => (runs += 1));
    await expect(answer).rejects.toMatchObject({ code: 'NO_PRIMARY' });
    expect(runs).toBe(0);
    expect(context.elapsedMs()).toBeGreaterThanOrEqual(800);
    expect(context.elapsedMs()).toBeLessThanOrEqual(1_500);
  }));

const errors = [
  ['what was refused', refused(), 10],
  ['what failed', new ServiceError('stock', 'read', 500, 'broken'), 10],
  ['what is wrong', new ServiceError('stock', 'read', 400, 'no such thing'), 1],
  ['what was asked too often', new ServiceError('stock', 'read', 499, 'no'), 1],
  ['what is unknown', new ServiceTimeoutError('stock', 'read', 120), 1],
  ['a defect', new TypeError('undefined is not a function'), 1],
] as const;

test.each(errors)('%s is given to the caller in the end', (_what, error, runs) =>
  withLeaders(async ({ part: leaders, context }) => {
    let tried = 0;
    const answer = leaders.at(shard, async () => {
      tried += 1;
      throw error;
    });
    await expect(answer).rejects.toBe(error);
    expect(tried).toBe(runs);
    expect(context.elapsedMs()).toBe(100 * (runs - 1));
  }),
);

test('where the database is one, a statement is run as it is', () =>
  inPlace(
    {},
    ({ outside }) => createLeaders(outside),
    async ({ part: leaders }) => {
      expect(await leaders.at(shard, async (place) => place)).toBeUndefined();
    },
  ));

test('every statement says whom it is meant for, where there are replicas', () => {
  const places: unknown[] = [];
  const noting =
    <Input extends { readonly place?: Place | undefined }, Options, Answer>(
      call: (input: Input, options: Options) => Answer,
    ) =>
    (input: Input, options: Options): Answer => {
      places.push(input.place);
      return call(input, options);
    };
  return inPlace(
    { settings: { replicas: true } },
    ({ outside, settings }) => {
      const { change, claim, end, find, read, reserve, survey } = outside.stock;
      const stock = {
        ...outside.stock,
        change: noting(change),
        claim: noting(claim),
        end: noting(end),
        find: noting(find),
        read: noting(read),
        reserve: noting(reserve),
        survey: noting(survey),
      };
      return createStatements({ ...outside, stock }, createLeaders(outside), settings);
    },
    async ({ part: statements }) => {
      const reservation = { reservationId: 'cart-1', productId: 'p-001', quantity: 1 };
      const { version } = await statements.read('p-001');
      await statements.reserve(reservation, version);
      await statements.find(reservation);
      await statements.claim(reservation);
      await statements.end(reservation, 'claimed', 'sold');
      await statements.change('p-001', { ends: [], wishes: [reservation] });
      const surveys: Survey[] = [];
      for await (const survey of statements.survey()) surveys.push(survey);
      expect(places).toHaveLength(6 + surveys.length);
      for (const place of places) expect(place).toMatchObject({ epoch: 1, copies: 1 });
    },
  );
});
