import type { Random } from '../simulation/index.ts';
import type { IdentifiedFault, PartitionFault } from './fault.ts';
import { latencySampler, type LatencySampler } from './latency.ts';

/**
 * A fault in a run: picks what it strikes, and counts.
 *
 * It has random streams of its own, derived from its id: one for its picks, one for its effects. So
 * a fault more, or one that fires less often, changes no draw elsewhere.
 */
export class ActiveFault {
  readonly fault: IdentifiedFault;
  /** For what the fault does to a call, once it has picked it. */
  readonly random: Random;
  /** Calls that it changed so far. */
  fired = 0;
  readonly #picks: Random;
  readonly #keySalt: number;
  readonly #share: number;
  readonly #slowed: LatencySampler | undefined;

  constructor(fault: IdentifiedFault, random: Random) {
    const own = random.fork(`fault ${fault.id}`);
    this.fault = fault;
    this.random = own.fork('effects');
    this.#picks = own.fork('picks');
    this.#keySalt = own.fork('keys').integer(0, 0xffffffff);
    this.#share = fault.share ?? 1;
    this.#slowed =
      fault.kind === 'slow' && fault.latency !== undefined
        ? latencySampler(fault.latency, `${fault.id}.latency`)
        : undefined;
  }

  /** Whether this request is struck. Draws when it is a matter of chance: ask once a request. */
  strikes(
    operation: string | undefined,
    key: string | undefined,
    nowMs: number,
    process?: string,
  ): boolean {
    const { fault } = this;
    if (nowMs < fault.fromMs || nowMs >= fault.toMs) return false;
    if (fault.kind === 'partition') return isBetween(fault, process);
    if (fault.operation !== undefined && fault.operation !== operation) return false;
    if (fault.kind === 'flap' && (nowMs - fault.fromMs) % fault.periodMs >= fault.downMs) {
      return false;
    }
    if (fault.of === 'keys') return key !== undefined && this.includesKey(key);
    return this.#share === 1 || this.#picks.chance(this.#share);
  }

  /** Whether it may yet lose the answer to what this process has sent. */
  mayLoseAnswer(process: string | undefined, nowMs: number): boolean {
    const { fault } = this;
    return fault.kind === 'partition' && nowMs < fault.toMs && isBetween(fault, process);
  }

  /** Whether the key is among the share of keys: the same answer for the whole run. */
  includesKey(key: string): boolean {
    return this.#share === 1 || hashToUnit(key, this.#keySalt) < this.#share;
  }

  /** The latency of a request that this fault delays; other kinds leave it as it is. */
  delay(latencyMs: number): number {
    const { fault } = this;
    if (fault.kind === 'reorder') return latencyMs + Math.round(this.random.next() * fault.delayMs);
    if (fault.kind !== 'slow') return latencyMs;
    return this.#slowed?.(this.random) ?? Math.round(latencyMs * (fault.factor ?? 1));
  }
}

/** Whether the network is split for this process. */
function isBetween(fault: PartitionFault, process: string | undefined): boolean {
  return fault.process === undefined || fault.process === process;
}

/**
 * Spreads keys evenly over [0, 1): FNV-1a (Fowler, Noll and Vo 1991) from a seeded start, with the
 * finaliser of MurmurHash3 (Appleby 2011), as FNV alone leaves the last characters in the low bits.
 */
function hashToUnit(key: string, salt: number): number {
  let hash = salt ^ 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x100000000;
}
