import type { Redis } from 'ioredis';
import type { Outgoing, Settlement, TableChanges } from '../delivery.ts';
import type { FlowLetter } from '../step.ts';
import type { VersionedEntry } from '../tables.ts';

/** What ends with a delivery, all at once. */
export interface DeliveryEnd {
  readonly deliveryId: string;
  /** Key of the lock of its job, and the token under which this worker holds it. */
  readonly lock: { readonly key: string; readonly token: string };
  readonly doneKey: string | undefined;
  readonly changes: TableChanges | undefined;
  readonly outgoing: readonly Outgoing[];
  readonly letter: FlowLetter | undefined;
}

/**
 * How the end of a delivery was taken. `repeated`: the same work was done under another event, and
 * nothing follows from this one. `earlier`: this delivery was done before, and what follows from it
 * lies in the outbox, unless it was published.
 */
export type Committed = Settlement | 'repeated' | 'earlier';

/**
 * Checks that this worker still holds the job, that the work is not done yet, and that what was read is
 * as it was; then writes entries, keys, letter and what follows. One script, and so one transaction.
 */
const commitScript = `
if redis.call('GET', ARGV[1]) ~= ARGV[2] then return 'stale' end
local done = KEYS[1]
if redis.call('ZSCORE', done, ARGV[3]) then return 'earlier' end
local repeated = ARGV[4] ~= '' and redis.call('ZSCORE', done, ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', done, '-inf', now - ARGV[9])
if not repeated then
  local read = cjson.decode(ARGV[6])
  for i = 1, #read, 2 do
    local version = redis.call('HGET', KEYS[3], read[i]) or '0'
    if tostring(version) ~= tostring(read[i + 1]) then return 'conflict' end
  end
  local written = cjson.decode(ARGV[7])
  for i = 1, #written, 2 do
    redis.call('HINCRBY', KEYS[3], written[i], 1)
    if written[i + 1] == '' then redis.call('HDEL', KEYS[2], written[i])
    else redis.call('HSET', KEYS[2], written[i], written[i + 1]) end
  end
  if ARGV[4] ~= '' then redis.call('ZADD', done, now, ARGV[4]) end
  if ARGV[5] ~= '[]' then redis.call('HSET', KEYS[4], ARGV[3], ARGV[5]) end
end
if ARGV[8] ~= '' then redis.call('HSET', KEYS[5], ARGV[3], ARGV[8])
else redis.call('INCR', KEYS[6]) end
redis.call('ZADD', done, now, ARGV[3])
return repeated and 'repeated' or 'settled'
`;

/** Notes an event as taken in, and forgets those that are too old. */
const knowScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
return redis.call('ZADD', KEYS[1], 'NX', now, ARGV[1])
`;

/** What a flow keeps in Redis beside its queues. */
export class RedisTables {
  readonly #redis: Redis;
  readonly #rememberMs: number;
  readonly #keys: {
    readonly done: string;
    readonly entries: string;
    readonly versions: string;
    readonly outbox: string;
    readonly letters: string;
    readonly count: string;
    readonly known: string;
  };

  /**
   * @param space what all its keys begin with; in braces, so that a cluster keeps them together
   * @param rememberMs for how long ids of events and keys of what is done are known, by Redis's clock
   */
  constructor(redis: Redis, space: string, rememberMs: number) {
    this.#redis = redis;
    this.#rememberMs = rememberMs;
    const key = (name: string): string => `{${space}}:${name}`;
    this.#keys = {
      done: key('done'),
      entries: key('entries'),
      versions: key('versions'),
      outbox: key('outbox'),
      letters: key('letters'),
      count: key('count'),
      known: key('known'),
    };
  }

  /** Notes an event as taken in; false when it was before. */
  async know(eventId: string): Promise<boolean> {
    const { known } = this.#keys;
    return (await this.#redis.eval(knowScript, 1, known, eventId, this.#rememberMs)) === 1;
  }

  /** Whether a delivery is done, and the work that has this key; without a key it is not. */
  async areDone(
    deliveryId: string,
    doneKey: string | undefined,
  ): Promise<{ readonly delivery: boolean; readonly key: boolean }> {
    const [delivery = null, key = null] = await this.#redis.zmscore(
      this.#keys.done,
      deliveryId,
      ...(doneKey === undefined ? [] : [doneKey]),
    );
    return { delivery: delivery !== null, key: key !== null };
  }

  async readEntry(at: string): Promise<VersionedEntry> {
    const { entries, versions } = this.#keys;
    // Both in one turn of the server: a value always comes with its own version.
    const found = await this.#redis.multi().hget(entries, at).hget(versions, at).exec();
    const [value, version] = (found ?? []).map(([, each]) => each);
    return {
      value: typeof value === 'string' ? (JSON.parse(value) as unknown) : undefined,
      version: Number(version ?? 0),
    };
  }

  async commit(end: DeliveryEnd): Promise<Committed> {
    const { deliveryId, lock, doneKey = '', changes, outgoing, letter } = end;
    const { done, entries, versions, outbox, letters, count } = this.#keys;
    const read = [...(changes?.read ?? [])].flat();
    const written = [...(changes?.written ?? [])].flatMap(([at, value]) => [
      at,
      value === undefined ? '' : JSON.stringify(value),
    ]);
    const answer = await this.#redis.eval(
      commitScript,
      6,
      done,
      entries,
      versions,
      outbox,
      letters,
      count,
      lock.key,
      lock.token,
      deliveryId,
      doneKey,
      JSON.stringify(outgoing),
      // An empty list would come out of Lua's decoder as an empty object: both have no first item.
      JSON.stringify(read),
      JSON.stringify(written),
      letter === undefined ? '' : JSON.stringify(letter),
      this.#rememberMs,
    );
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the script answers
    return answer as Committed;
  }

  /** What a delivery that is done has to publish still. */
  async outbox(deliveryId: string): Promise<readonly Outgoing[]> {
    const text = await this.#redis.hget(this.#keys.outbox, deliveryId);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by `commit`
    return text === null ? [] : (JSON.parse(text) as readonly Outgoing[]);
  }

  published(deliveryId: string): void {
    this.#redis.hdel(this.#keys.outbox, deliveryId).catch(() => {
      // Redis is away: the end of the job, which comes after it, hears of that.
    });
  }

  async doneCount(): Promise<number> {
    return Number((await this.#redis.get(this.#keys.count)) ?? 0);
  }

  async letters(): Promise<readonly FlowLetter[]> {
    const all = await this.#redis.hvals(this.#keys.letters);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by `commit`
    return all.map((text) => JSON.parse(text) as FlowLetter);
  }

  /** Takes a letter away, and makes its delivery one that is not done. */
  async reopen(deliveryId: string): Promise<void> {
    const { letters, done } = this.#keys;
    await this.#redis.multi().hdel(letters, deliveryId).zrem(done, deliveryId).exec();
  }
}
