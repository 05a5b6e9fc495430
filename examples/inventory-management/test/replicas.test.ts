import { expect, test } from 'vitest';
import type { Product } from '../src/domain.ts';
import { firstPrimaryOf, type ReplicaName, replicaNames } from '../src/domain/replicas.ts';
import { createShards } from '../src/domain/shards.ts';
import { createReplicas, type Statement } from '../src/truth/replicas.ts';
import type { IdentifiedFault } from '@firedrill/core/services';

const product: Product = {
  id: 'p-001',
  name: 'Kettle',
  isHot: true,
  units: 5,
  keptUnits: 0,
  priceCents: 4_900,
};
const shards = createShards();
const shard = shards.of(product.id);
const first = firstPrimaryOf(shard);
const [second = first, third = first] = replicaNames.filter((name) => name !== first);

function world() {
  const told: string[] = [];
  const needless: string[] = [];
  const faults: IdentifiedFault[] = [];
  const replicas = createReplicas({
    products: [product],
    shards,
    elapsedMs: () => 0,
    faultsSince: () => faults,
    violate: () => {},
    onHold: () => {},
    onEnd: () => {},
    onChange: () => {},
    onLost: (text) => told.push(text),
    onOutvoted: (text) => told.push(text),
    onNeedless: (text) => needless.push(text),
  });
  const hold = (reservationId: string, replica = first, epoch = 1, copies = 1) => {
    const { version } = replicas.stock.read(product.id);
    const wish = { productId: product.id, reservationId, quantity: 1, version };
    const statement: Statement<string> = {
      run: (stock) => stock.reserve(wish).status,
      changes: [reservationId],
      place: { replica, epoch, copies },
    };
    return replicas.perform(shard, statement);
  };
  const cutOff = (service: ReplicaName) =>
    faults.push({ id: 'gone', kind: 'partition', service, fromMs: 0, toMs: 1_000 });
  return { replicas, hold, cutOff, faults, needless, told };
}

test('what is acknowledged by two survives, and the old primary is refused once two have promised', () => {
  const { replicas, hold, told } = world();
  expect(hold('a')).toBe('held');
  expect(replicas.raise(second, shard, 2).isRaised).toBe(true);
  expect(hold('b'), 'one promise is no majority').toBe('held');
  expect(replicas.raise(third, shard, 2).isRaised).toBe(true);
  expect(() => hold('c')).toThrow('nobody confirms');
  expect(replicas.promote(third, shard, 2)).toBe(true);
  expect(replicas.stock.stateOf('b')).toBe('held');
  expect(hold('c', third, 2)).toBe('held');
  expect(told).toEqual([]);
});

test('what one machine alone has is lost with it, and counted', () => {
  const { replicas, hold, cutOff } = world();
  hold('a', first, 1, 0);
  cutOff(first);
  replicas.raise(second, shard, 2);
  replicas.raise(third, shard, 2);
  replicas.promote(second, shard, 2);
  expect(replicas.lostChanges).toBe(1);
  expect(replicas.stock.available(product.id)).toBe(5);
});

test('a primary that is not fenced goes on, and each of its changes is counted', () => {
  const { replicas, hold, told } = world();
  replicas.raise(second, shard, 2);
  replicas.promote(second, shard, 2);
  hold('a');
  expect(replicas.outvoted).toBe(1);
  expect(told).toEqual([
    `${first} acknowledges a change of a in epoch 1, with ${second} the primary of ${shard} in epoch 2`,
  ]);
});

test('who comes back gives up what nobody confirmed', () => {
  const { replicas, hold, cutOff, faults } = world();
  hold('a', first, 1, 0);
  cutOff(first);
  replicas.raise(second, shard, 2);
  replicas.raise(third, shard, 2);
  replicas.promote(second, shard, 2);
  faults.length = 0;
  hold('b', second, 2, 2);
  const standings = replicaNames.flatMap((name) => replicas.standings(name));
  const positions = standings.filter((each) => each.shard === shard).map((each) => each.position);
  expect(positions).toEqual([1, 1, 1]);
});

test('a promise is kept: an older epoch is neither promised nor promoted', () => {
  const { replicas } = world();
  replicas.raise(second, shard, 3);
  expect(replicas.raise(second, shard, 2).isRaised).toBe(false);
  expect(replicas.promote(second, shard, 2)).toBe(false);
});

test('an election is needless once, when its primary is well: what it leaves unfinished has to go on', () => {
  const { replicas, needless } = world();
  replicas.raise(second, shard, 2);
  replicas.raise(third, shard, 2);
  replicas.raise(third, shard, 3);
  expect(replicas.needlessElections).toBe(1);
  replicas.raise(second, shard, 3);
  replicas.promote(second, shard, 3);
  replicas.raise(third, shard, 4);
  expect(needless).toEqual([
    `${shard}: ${first} is well, and epoch 2 begins without it`,
    `${shard}: ${second} is well, and epoch 4 begins without it`,
  ]);
});

test('an election is not needless while its primary is away, and when another one is', () => {
  for (const gone of replicaNames) {
    const { replicas, cutOff, needless } = world();
    cutOff(gone);
    replicas.raise(second, shard, 2);
    expect(needless, gone).toHaveLength(gone === first ? 0 : 1);
  }
});
