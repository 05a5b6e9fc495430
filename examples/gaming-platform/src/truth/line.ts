import type { WorldContext } from '@firedrill/core/scenario';
import { loginsPerSecond, placesOf } from '../settings.ts';
import type { Game } from '../types.ts';
import { law } from './law.ts';

/** Who waited to get in, what they were told, and in which order they got in. */
export interface Line {
  /** A player asks, the first time or once more. */
  asks(playerId: string): void;
  /** He has heard that he has to wait. */
  told(playerId: string, position: number): void;
  /** He got no answer, or an error. */
  failed(playerId: string): void;
  /** He is away from now on: for a while, or for good. */
  away(playerId: string): void;
  /** The login database is asked for him. */
  loggedIn(playerId: string): void;
  entered(playerId: string): void;
  readonly totals: LineTotals;
  /** Crowds that waited, and how long they took. */
  crowds(): readonly Crowding[];
}

export interface LineTotals {
  /** Positions that were compared with the one before, and those that were farther back. */
  told: number;
  rose: number;
  /** Those who came back in time, and those of them who had lost their place. */
  returned: number;
  placesLost: number;
  /** Those who were there all the time and got in, and those whom others had passed. */
  steady: number;
  passed: number;
  entered: number;
  tooMany: number;
  logins: number;
  tooFast: number;
}

/** Those who came together, and stayed. */
export interface Crowding {
  /** When the first of them came. */
  readonly fromMs: number;
  people: number;
  /** When the last of them got in, and when he would have by the fluid model; the last that is known, until then. */
  endMs: number;
  predictedMs: number;
}

/** Whoever comes so long after the first belongs to the next crowd, in ms. */
const crowdMs = 30_000;

interface Person {
  readonly playerId: string;
  /** When he came, when he was first told of the place that he has, and which position he was told last. */
  readonly cameMs: number;
  readonly sinceMs: number;
  position: number;
  /** When he was last heard of, and when he asked for the first time after he was away. */
  heardMs: number;
  backMs: number | undefined;
  isAway: boolean;
  /** Never away. */
  isSteady: boolean;
  isIn: boolean;
  troubleMs: number;
}

interface Entry {
  readonly atMs: number;
  readonly cameMs: number;
  readonly playerId: string;
}

export interface LineOptions {
  /** Logins that the database carries between two times, in ms. */
  readonly carried: (sinceMs: number, untilMs: number) => number;
  /** Players who are in the game. */
  readonly inside: () => number;
}

const stepMs = 1_000;

export function createLine(
  { settings, elapsedMs, violate }: WorldContext<Game>,
  { carried, inside }: LineOptions,
): Line {
  const people = new Map<string, Person>();
  const cameAtMs = new Map<string, number>();
  const loggedIn = new Set<string>();
  const loginsAtMs: number[] = [];
  const fluid = createFluid({ carried, inside, places: placesOf(settings) });
  /** Those who got in long enough ago, the one among them who came last, and the next to look at. */
  const entries: Entry[] = [];
  let latest: Entry | undefined;
  let next = 0;
  const totals: LineTotals = {
    told: 0,
    rose: 0,
    returned: 0,
    placesLost: 0,
    steady: 0,
    passed: 0,
    entered: 0,
    tooMany: 0,
    logins: 0,
    tooFast: 0,
  };

  /** Whether somebody who came clearly later got in clearly earlier, and he had no trouble since. */
  function judgeOrder({ playerId, sinceMs, troubleMs }: Person): void {
    for (; next < entries.length; next += 1) {
      const entry = entries[next];
      if (entry === undefined || entry.atMs + law.passedMs > elapsedMs()) break;
      if (latest === undefined || entry.cameMs > latest.cameMs) latest = entry;
    }
    totals.steady += 1;
    // Whoever asked before may have been told later.
    if (latest === undefined || latest.cameMs <= sinceMs + law.togetherMs) return;
    if (troubleMs >= latest.atMs - law.passedMs) return;
    totals.passed += 1;
    const [laterS, earlierS] = [latest.cameMs - sinceMs, elapsedMs() - latest.atMs].map((ms) =>
      (ms / 1_000).toFixed(0),
    );
    violate(
      'first-come-first-in',
      `${latest.playerId} came ${laterS} s after ${playerId}, who never left, and got in ${earlierS} s before him`,
    );
  }

  function judgePosition(person: Person, position: number): void {
    if (person.backMs !== undefined) {
      totals.returned += 1;
      if (position <= person.position) return;
      totals.placesLost += 1;
      const awayS = ((person.backMs - person.heardMs) / 1_000).toFixed(0);
      violate(
        'grace-keeps-the-place',
        `${person.playerId} was away for ${awayS} s, and is ${position} in line; he was ${person.position}`,
      );
      return;
    }
    totals.told += 1;
    if (position <= person.position) return;
    totals.rose += 1;
    violate(
      'position-only-falls',
      `${person.playerId} is told ${position}, and was told ${person.position} before`,
    );
  }

  return {
    totals,
    crowds: () => fluid.crowds(),
    asks(playerId) {
      fluid.until(elapsedMs());
      if (!cameAtMs.has(playerId)) cameAtMs.set(playerId, elapsedMs());
      const person = people.get(playerId);
      if (person?.isAway === true) person.backMs ??= elapsedMs();
    },
    told(playerId, position) {
      const person = people.get(playerId);
      const isKept = person !== undefined && (person.backMs ?? 0) - person.heardMs < law.graceMs;
      if (isKept) {
        judgePosition(person, position);
        Object.assign(person, {
          position,
          heardMs: elapsedMs(),
          backMs: undefined,
          isAway: false,
        });
        return;
      }
      const atMs = elapsedMs();
      const newcomer = {
        playerId,
        cameMs: person === undefined ? (cameAtMs.get(playerId) ?? atMs) : atMs,
        sinceMs: atMs,
        position,
        heardMs: atMs,
        backMs: undefined,
        isAway: false,
        isSteady: person === undefined,
        isIn: false,
        troubleMs: -Infinity,
      };
      people.set(playerId, newcomer);
      fluid.came(newcomer, atMs);
    },
    failed(playerId) {
      const person = people.get(playerId);
      if (person !== undefined) person.troubleMs = elapsedMs();
    },
    away(playerId) {
      const person = people.get(playerId);
      if (person === undefined) return;
      fluid.leaves(person, elapsedMs());
      person.isAway = true;
      person.isSteady = false;
    },
    loggedIn(playerId) {
      const nowMs = elapsedMs();
      loggedIn.add(playerId);
      totals.logins += 1;
      loginsAtMs.push(nowMs);
      const sinceMs = nowMs - law.loginWindowMs;
      while ((loginsAtMs[0] ?? nowMs) <= sinceMs) loginsAtMs.shift();
      const most = carried(sinceMs, nowMs) + law.loginSlackS * loginsPerSecond(settings) + 3;
      if (loginsAtMs.length <= most) return;
      totals.tooFast += 1;
      const seconds = law.loginWindowMs / 1_000;
      violate(
        'logins-within-rate',
        `${loginsAtMs.length} log in within ${seconds} s, and the database carries ${carried(sinceMs, nowMs).toFixed(0)}`,
      );
    },
    entered(playerId) {
      totals.entered += 1;
      if (!loggedIn.has(playerId)) {
        totals.tooFast += 1;
        violate('logins-within-rate', `${playerId} is in, and the login database was not asked`);
      }
      if (inside() > placesOf(settings)) {
        totals.tooMany += 1;
        violate(
          'room-for-all-inside',
          `${inside()} are in, and there is room for ${placesOf(settings)}`,
        );
      }
      const person = people.get(playerId);
      if (person === undefined) return;
      if (person.isSteady) judgeOrder(person);
      else if (person.backMs !== undefined) totals.returned += 1;
      entries.push({ atMs: elapsedMs(), cameMs: person.cameMs, playerId });
      fluid.entered(person, elapsedMs());
      person.isIn = true;
    },
  };
}

interface FluidOptions extends LineOptions {
  readonly places: number;
}

/** Who is in line by the model. */
type Drop = Pick<Person, 'heardMs' | 'isAway' | 'isSteady' | 'isIn'>;

/**
 * The line as a fluid: people flow off at the rate of the database as long as there is room. It knows when each came
 * and when somebody is away, and nothing of whom the system admits. Whoever is away has his place in it, in line or
 * inside, until his grace is over.
 */
function createFluid({ carried, inside, places }: FluidOptions) {
  const line: Drop[] = [];
  /** Those who are through, and not in the game yet. */
  const through = new Set<Drop>();
  const crowds: Crowding[] = [];
  const crowdOf = new Map<Drop, Crowding>();
  /** Those of a crowd who wait: in truth, and by the model. */
  const waiting = new Map<Crowding, number>();
  const waitingHere = new Map<Crowding, number>();
  let first = 0;
  let atMs = 0;
  let credit = 0;

  const isGone = ({ isAway, heardMs }: Drop): boolean => isAway && heardMs + law.graceMs < atMs;

  function step(): void {
    atMs += stepMs;
    credit = first === line.length ? 0 : credit + carried(atMs - stepMs, atMs);
    for (const drop of through) if (isGone(drop)) through.delete(drop);
    let free = places - inside() - through.size;
    for (; first < line.length; first += 1) {
      const drop = line[first];
      if (drop === undefined || isGone(drop)) continue;
      if (credit < 1 || (free < 1 && !drop.isIn)) break;
      credit -= 1;
      if (!drop.isIn) {
        through.add(drop);
        free -= 1;
      }
      flowsOff(drop);
    }
    // What flows is not saved up while there is no room.
    credit = Math.min(credit, 1 + carried(atMs - stepMs, atMs));
  }

  /** One of a crowd waits no longer; his crowd, when he was the last. */
  function isLast(drop: Drop, counts: Map<Crowding, number>): Crowding | undefined {
    const crowd = drop.isSteady ? crowdOf.get(drop) : undefined;
    if (crowd === undefined) return undefined;
    const left = (counts.get(crowd) ?? 0) - 1;
    counts.set(crowd, left);
    return left === 0 ? crowd : undefined;
  }

  function flowsOff(drop: Drop): void {
    const crowd = isLast(drop, waitingHere);
    if (crowd !== undefined) crowd.predictedMs = atMs;
  }

  function waitsNoLonger(drop: Drop): void {
    const crowd = isLast(drop, waiting);
    if (crowd !== undefined) crowd.endMs = atMs;
  }

  function crowdAt(nowMs: number): Crowding {
    const last = crowds.at(-1);
    if (last !== undefined && nowMs - last.fromMs < crowdMs) return last;
    const crowd = { fromMs: nowMs, people: 0, endMs: nowMs, predictedMs: nowMs };
    crowds.push(crowd);
    return crowd;
  }

  function until(nowMs: number): void {
    while (atMs + stepMs <= nowMs) step();
  }

  return {
    came(drop: Drop, nowMs: number): void {
      until(nowMs);
      line.push(drop);
      if (!drop.isSteady) return;
      const crowd = crowdAt(nowMs);
      crowdOf.set(drop, crowd);
      for (const counts of [waiting, waitingHere]) counts.set(crowd, (counts.get(crowd) ?? 0) + 1);
      crowd.people += 1;
    },
    leaves(drop: Drop, nowMs: number): void {
      until(nowMs);
      if (drop.isIn) return;
      waitsNoLonger(drop);
      if (line.indexOf(drop) >= first) flowsOff(drop);
    },
    entered(drop: Drop, nowMs: number): void {
      until(nowMs);
      through.delete(drop);
      waitsNoLonger(drop);
    },
    until,
    crowds: (): readonly Crowding[] =>
      crowds.map((crowd) => ({
        ...crowd,
        ...(waiting.get(crowd) !== 0 && { endMs: atMs }),
        ...(waitingHere.get(crowd) !== 0 && { predictedMs: atMs }),
      })),
  };
}
