import { settle } from '@firedrill/core/resilience';
import { withTimeout } from '@firedrill/core/services';
import { isAhead, majority, type ReplicaName, type Standing } from '../../domain/replicas.ts';
import type { ShardName } from '../../domain/shards.ts';
import type { Context, InventorySystem, Outside } from '../../system.ts';
import { noShop } from './no-shop.ts';

/** How often each replica is asked how it stands, and after how many missing answers it is taken for gone. */
const beatEveryMs = 1_000;
const missedBeats = 3;
/** The longest wait for one answer: far more than it takes, and far less than the time between two. */
const beatTimeoutMs = 500;

/** A machine of the stock database, as it is asked. */
export type ReplicaClient = NonNullable<Outside['replicas'][ReplicaName]>;

/** The machines, by name; none where the stock database is one. */
export const replicasOf = ({
  replicas,
}: Outside): readonly (readonly [ReplicaName, ReplicaClient])[] =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the object
  Object.entries(replicas) as [ReplicaName, ReplicaClient][];

/** How a failover goes: what has to be right about it. */
export interface Failover {
  /** Has replicas promise the new epoch; gives back how those stand that did. */
  raise(shard: ShardName, epoch: number): Promise<readonly Standing[]>;
  /** Who is to be the primary, of those that have promised; none when they are too few. */
  choose(raised: readonly Standing[]): Standing | undefined;
  /** How many beats in a row a primary may miss. */
  readonly missedBeats: number;
}

/**
 * First the fence, then the choice. When most of the replicas have promised to take nothing of an older epoch, no
 * older primary finds anybody any more who confirms what it does, and what was confirmed before has at least one
 * of them: the one that is farthest.
 */
export function createFailover(outside: Outside): Failover {
  const replicas = replicasOf(outside);
  return {
    missedBeats,
    async raise(shard, epoch) {
      const answers = await Promise.all(
        replicas.map(([, client]) =>
          settle(withTimeout(client, beatTimeoutMs).raise({ shard, epoch })),
        ),
      );
      return answers.flatMap((answer) =>
        answer.kind === 'success' && answer.value.isRaised ? [answer.value.standing] : [],
      );
    },
    choose: choosePrimary,
  };
}

/**
 * The one that is farthest, of those that have promised: by the epoch of its log, and only within one by how long it
 * is, because what an older primary wrote alone was acknowledged to nobody. None when they are too few.
 */
export function choosePrimary(raised: readonly Standing[]): Standing | undefined {
  if (raised.length < majority) return undefined;
  return raised.reduce((best, each) => (isAhead(each, best) ? each : best));
}

/**
 * Decides who is the primary of each shard: a process of its own, of which there is one. It has nothing in memory
 * that it would miss: the epochs are with the replicas, and a failover that it did not finish is begun anew.
 */
export function createKeeper({ outside }: Context, failover: Failover): InventorySystem {
  const replicas = replicasOf(outside);
  const missed = new Map<ReplicaName, number>();
  /** The newest epoch that anybody was heard of, also of whoever does not answer any more. */
  const newest = new Map<ShardName, number>();
  let isLooking = false;

  async function hear([name, client]: (typeof replicas)[number]): Promise<readonly Standing[]> {
    const answer = await settle(withTimeout(client, beatTimeoutMs).standings({}));
    const isHeard = answer.kind === 'success';
    missed.set(name, isHeard ? 0 : (missed.get(name) ?? 0) + 1);
    return isHeard ? answer.value.standings : [];
  }

  /** Somebody is the primary of the newest epoch, or may be and is only late. */
  function hasPrimary(standings: readonly Standing[], epoch: number): boolean {
    const primary = standings.find((each) => each.epoch === epoch && each.primary)?.primary;
    if (primary === undefined) return false;
    const own = standings.find(({ replica }) => replica === primary);
    if (own !== undefined) return own.epoch === epoch && own.primary === primary;
    return (missed.get(primary) ?? 0) < failover.missedBeats;
  }

  async function lookAt(shard: ShardName, standings: readonly Standing[]): Promise<void> {
    const epoch = Math.max(newest.get(shard) ?? 0, ...standings.map((each) => each.epoch));
    newest.set(shard, epoch);
    if (hasPrimary(standings, epoch)) return;
    const next = epoch + 1;
    const raised = await failover.raise(shard, next);
    // Who does not answer may be farthest, but nobody learns of such a primary, and it is looked for again. Of most of
    // the replicas one has all that was confirmed; so the others will do when they are as many.
    const heard = raised.filter(({ replica }) => missed.get(replica) === 0);
    const chosen = failover.choose(heard.length >= majority ? heard : raised);
    const client = chosen && outside.replicas[chosen.replica];
    if (client === undefined) return;
    await settle(withTimeout(client, beatTimeoutMs).promote({ shard, epoch: next }));
  }

  async function look(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    const heard = (await Promise.all(replicas.map(hear))).flat();
    await Promise.all(
      outside.shards.names.map((name) =>
        lookAt(
          name,
          heard.filter(({ shard }) => shard === name),
        ),
      ),
    );
    isLooking = false;
  }

  setInterval(() => void look(), beatEveryMs);

  return {
    ...noShop('the keeper'),
    // It goes on as long as its process does: what the shop has left to end needs a primary.
    close: async () => {},
  };
}
