import type { Redis } from 'ioredis';
import type { Settlement, TableChanges } from '../delivery.ts';
import type { FlowLetter } from '../step.ts';
import type { VersionedEntry } from '../tables.ts';
import { addJobsLua, asOperands, type JobToAdd } from './adding-jobs.ts';
import { finishJobLua, type JobToFinish } from './finishing-jobs.ts';

/** What ends with a delivery, all at once. */
export interface DeliveryEnd {
  readonly deliveryId: string;
  /** Key of the lock of its job, and the token under which this worker holds it. */
  readonly lock: { readonly key: string; readonly token: string };
  readonly finish: JobToFinish;
  readonly doneKey: string | undefined;
  readonly changes: TableChanges | undefined;
  /** The deliveries that follow. */
  readonly jobs: readonly JobToAdd[];
  readonly letter: FlowLetter | undefined;
}

/**
 * How the end of a delivery was taken. `repeated`: the same work was done under another event, and
 * nothing follows from this one. `earlier`: this delivery was done before, with what follows from it.
 */
export interface Committed {
  readonly how: Settlement | 'repeated' | 'earlier';
  /** What BullMQ's script has said that took the job off its queue; nothing where it is still there. */
  readonly finished?: unknown;
}

/**
 * Checks that this worker still holds the job, that the work is not done yet, and that what was read is
 * as it was; then adds what follows, writes entries, keys and letter, and takes the job off its queue.
 * One script, and so one transaction. What follows comes first: should BullMQ's part fail, nothing is
 * written and the delivery is tried again, and a job that was added already is known by its id. The job
 * goes last: should that fail, the delivery is done all the same, and whoever takes the job up finds it so.
 */
const commitScript = `
if redis.call('GET', ARGV[1]) ~= ARGV[2] then return { 'stale' } end
local done = KEYS[1]
local last = 9 + ARGV[9]
if redis.call('ZSCORE', done, ARGV[3]) then return { 'earlier', finishJob(10, last) } end
local repeated = ARGV[4] ~= '' and redis.call('ZSCORE', done, ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[8] ~= '' then redis.call('ZREMRANGEBYSCORE', done, '-inf', now - ARGV[8]) end
if not repeated then
  local read = ARGV[5] ~= '' and cjson.decode(ARGV[5]) or {}
  for i = 1, #read, 2 do
    local version = redis.call('HGET', KEYS[3], read[i]) or '0'
    if tostring(version) ~= tostring(read[i + 1]) then return { 'conflict' } end
  end
  addJobs(last + 1, done)
  local written = ARGV[6] ~= '' and cjson.decode(ARGV[6]) or {}
  for i = 1, #written, 2 do
    redis.call('HINCRBY', KEYS[3], written[i], 1)
    if written[i + 1] == '' then redis.call('HDEL', KEYS[2], written[i])
    else redis.call('HSET', KEYS[2], written[i], written[i + 1]) end
  end
  if ARGV[4] ~= '' then redis.call('ZADD', done, now, ARGV[4]) end
end
if ARGV[7] ~= '' then redis.call('HSET', KEYS[4], ARGV[3], ARGV[7])
else redis.call('INCR', KEYS[5]) end
redis.call('ZADD', done, now, ARGV[3])
return { repeated and 'repeated' or 'settled', finishJob(10, last) }
`;

/** Takes an event in: notes its id, forgets those that are too old, and adds its deliveries. */
const takeScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[2] ~= '' then redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2]) end
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
addJobs(3, KEYS[2])
redis.call('ZADD', KEYS[1], now, ARGV[1])
return 1
`;

/** What is too old is looked for as often: with each delivery, it would cost as much as an entry. */
const forgetEveryMs = 1_000;

/** True the first time, and then once a period. */
class NowAndThen {
  readonly #everyMs: number;
  #nextMs = -Infinity;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  isDue(): boolean {
    const nowMs = performance.now();
    if (nowMs < this.#nextMs) return false;
    this.#nextMs = nowMs + this.#everyMs;
    return true;
  }
}

/** The scripts under names of their own, so that Redis is sent them once. */
interface WithScripts {
  flowCommit(
    ...operands: readonly (string | number | boolean | Buffer)[]
  ): Promise<readonly [Committed['how'], unknown?]>;
  flowTake(...operands: readonly (string | number | Buffer)[]): Promise<unknown>;
}

/** What a flow keeps in Redis beside its queues. */
export class RedisTables {
  readonly #redis: Redis;
  readonly #scripts: WithScripts;
  readonly #rememberMs: number;
  readonly #forgetKnown: NowAndThen;
  readonly #forgetDone: NowAndThen;
  readonly #keys: {
    readonly done: string;
    readonly entries: string;
    readonly versions: string;
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
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `defineScripts` makes it so
    this.#scripts = redis as unknown as WithScripts;
    this.#rememberMs = rememberMs;
    this.#forgetKnown = new NowAndThen(Math.min(rememberMs, forgetEveryMs));
    this.#forgetDone = new NowAndThen(Math.min(rememberMs, forgetEveryMs));
    const key = (name: string): string => `{${space}}:${name}`;
    this.#keys = {
      done: key('done'),
      entries: key('entries'),
      versions: key('versions'),
      letters: key('letters'),
      count: key('count'),
      known: key('known'),
    };
  }

  /** Makes the scripts out of BullMQ's, once it has loaded its own. */
  defineScripts(): void {
    const add = addJobsLua(this.#redis);
    const finish = finishJobLua(this.#redis);
    this.#redis.defineCommand('flowCommit', { numberOfKeys: 5, lua: add + finish + commitScript });
    this.#redis.defineCommand('flowTake', { numberOfKeys: 2, lua: add + takeScript });
  }

  /** Takes an event in with its deliveries, all or nothing; false when it was there before. */
  async take(eventId: string, jobs: readonly JobToAdd[]): Promise<boolean> {
    const { known, done } = this.#keys;
    const forgetMs = this.#forgetKnown.isDue() ? this.#rememberMs : '';
    const operands = [known, done, eventId, forgetMs, ...asOperands(jobs)];
    return (await this.#scripts.flowTake(...operands)) === 1;
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
    const { deliveryId, lock, finish, doneKey = '', changes, jobs, letter } = end;
    const { done, entries, versions, letters, count } = this.#keys;
    const read = changes && [...changes.read].flat();
    const written =
      changes &&
      [...changes.written].flatMap(([at, value]) => [
        at,
        value === undefined ? '' : JSON.stringify(value),
      ]);
    const [how, finished] = await this.#scripts.flowCommit(
      done,
      entries,
      versions,
      letters,
      count,
      lock.key,
      lock.token,
      deliveryId,
      doneKey,
      // An empty list would come out of Lua's decoder as an empty object: both have no first item.
      read === undefined ? '' : JSON.stringify(read),
      written === undefined ? '' : JSON.stringify(written),
      letter === undefined ? '' : JSON.stringify(letter),
      this.#forgetDone.isDue() ? this.#rememberMs : '',
      finish.length,
      ...finish,
      ...asOperands(jobs),
    );
    return { how, finished };
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
