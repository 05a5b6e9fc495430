import { graceMs, type Knock, type Waiting } from '../../domain/login-queue.ts';
import type { Context } from '../../system.ts';
import type { Parts } from './game.ts';
import { persistently } from './persistently.ts';

/** How often people are admitted. */
const roundMs = 1_000;
const storeTimeoutMs = 300;

/** Tokens of so long are saved up, in seconds: no crowd is let at the database at once. */
const mostSavedS = 2;

/** Half of the time that somebody still has to wait is the time until he asks again, within these. */
const againMs = { soonest: 1_000, latest: 15_000 };

/** An answer that lets somebody in may be lost: so long his token lets him in again, in ms. */
const answeredAgainMs = 20_000;

/** A place in line. */
export interface Place {
  readonly number: number;
  readonly playerId?: string;
  /** When something was last heard of its owner; of those whom a crash has made strangers, since then. */
  seenMs: number;
  isAdmitted: boolean;
  /** When the database has time for him, once he was admitted and has come. */
  slotMs?: number;
  /** He comes in, or is in since then. */
  entering?: Promise<void>;
  enteredMs?: number;
}

/** Whether a place is given to others: nothing was heard of its owner in all his grace, or he is in. */
export const isGone = ({ seenMs, enteredMs }: Place, nowMs: number): boolean =>
  enteredMs === undefined ? nowMs - seenMs > graceMs : nowMs - enteredMs > answeredAgainMs;

/** Places that nobody has: whoever was admitted and has not come yet keeps his. */
export const freePlaces = (
  places: number,
  { inside, admitted }: { readonly inside: number; readonly admitted: number },
): number => places - inside - admitted;

/** How many are in line up to this place. */
export const positionOf = (place: Place, line: Iterable<Place>): number => {
  let position = 1;
  for (const { number, isAdmitted } of line) {
    if (!isAdmitted && number < place.number) position += 1;
  }
  return position;
};

export interface LoginQueue {
  /** Tells a player how long he has to wait; or lets him in, with `enter`. */
  ask(playerId: string, knock: Knock, enter: () => Promise<void>): Promise<Waiting | undefined>;
  close(): void;
}

/**
 * Who waits to get in, first come first served. A place belongs to a token, and is kept outside: it outlives
 * the connection of its owner for his grace, and this process. Once a second as many are admitted as there
 * are places free, and as the database says that it carries. Everybody else is told his position, and when to
 * ask again.
 *
 * @param inside players on the shard
 */
export function createLoginQueue(
  context: Context,
  door: Required<Context['outside']['door']>,
  parts: Pick<Parts, 'freePlaces' | 'isGone' | 'positionOf'>,
  inside: () => number,
): LoginQueue {
  const { clock, random, outside } = context;
  const { tickets, logins, room } = door;
  const { elapsedMs } = clock;
  const jitter = random('login-queue');
  /** By number, and so in the order in which they came. */
  const places = new Map<number, Place>();
  const numbers = new Map<string, number>();
  let issued = 0;
  let saved = 0;
  let savedAtMs = elapsedMs();
  let isSettling = false;
  let slotsFromMs = 0;

  const learning = learn();
  const timer = setInterval(() => void round(), roundMs);

  /** Takes up the line where the process before this one has left it. */
  async function learn(): Promise<void> {
    const known = await persistently(() => tickets.all({}, { timeoutMs: storeTimeoutMs }));
    const present = new Set(outside.gate.present().map(({ playerId }) => playerId));
    for (const { token, number, playerId, isAdmitted } of known.tickets) {
      // Whoever plays has come.
      if (present.has(playerId)) continue;
      numbers.set(token, number);
      places.set(number, { number, playerId, seenMs: elapsedMs(), isAdmitted });
    }
    issued = known.issued;
  }

  async function take(token: string, playerId: string): Promise<Place> {
    const taken = await tickets.take({ token, playerId }, { timeoutMs: storeTimeoutMs });
    // Of those between nobody was told: the answer of the store was lost. They may ask again.
    while (issued < taken.issued) {
      issued += 1;
      places.set(issued, { number: issued, seenMs: elapsedMs(), isAdmitted: false });
    }
    const { number } = taken;
    const place = places.get(number) ?? { number, seenMs: elapsedMs(), isAdmitted: false };
    places.set(number, place);
    numbers.set(token, number);
    return place;
  }

  /** Admits as many as may come, and gives up the places of those who are gone; first in the store. */
  async function round(): Promise<void> {
    const pace = logins.pace();
    const passedS = (elapsedMs() - savedAtMs) / 1_000;
    savedAtMs = elapsedMs();
    saved = Math.min(saved + passedS * pace, 1 + mostSavedS * pace);
    if (isSettling || places.size === 0) return;
    const gone = [...places.values()].filter((place) => parts.isGone(place, elapsedMs()));
    const admitted = nextInLine(new Set(gone));
    if (gone.length + admitted.length === 0) return;
    isSettling = true;
    try {
      const input = { admitted: admitted.map(numberOf), gone: gone.map(numberOf) };
      await tickets.settle(input, { timeoutMs: storeTimeoutMs });
      settled(admitted, gone);
    } catch {
      // The next round tries anew; what the store has noted already, it notes once more.
    } finally {
      isSettling = false;
    }
  }

  function nextInLine(gone: ReadonlySet<Place>): readonly Place[] {
    const all = [...places.values()];
    const admitted = all.filter(
      ({ isAdmitted, enteredMs }) => isAdmitted && enteredMs === undefined,
    );
    const free = parts.freePlaces(room.places, {
      inside: inside(),
      admitted: admitted.length,
    });
    // While those who were away come all at once, the database has no time for more.
    const mayCome = slotsFromMs - elapsedMs() > 1_000 * mostSavedS ? 0 : Math.floor(saved);
    return all
      .filter((place) => !place.isAdmitted && !gone.has(place))
      .slice(0, Math.max(0, Math.min(free, mayCome)));
  }

  function settled(admitted: readonly Place[], gone: readonly Place[]): void {
    saved -= admitted.length;
    for (const place of admitted) place.isAdmitted = true;
    const freed = new Set(gone.map(numberOf));
    for (const number of freed) places.delete(number);
    if (freed.size === 0) return;
    for (const [token, number] of numbers) if (freed.has(number)) numbers.delete(token);
  }

  /** One after the other, as the database carries them: whoever comes first has the next slot. */
  function slot(): number {
    const slotMs = Math.max(slotsFromMs, elapsedMs());
    slotsFromMs = slotMs + 1_000 / logins.pace();
    return slotMs;
  }

  function waitingAt(place: Place): Waiting {
    const position = parts.positionOf(place, places.values());
    const halfMs = (500 * position) / logins.pace();
    const usual = Math.min(againMs.latest, Math.max(againMs.soonest, halfMs));
    return { position, againInMs: usual * (0.75 + jitter.next() / 2) };
  }

  return {
    async ask(playerId, { token }, enter) {
      await learning;
      const place = places.get(numbers.get(token) ?? 0) ?? (await take(token, playerId));
      place.seenMs = elapsedMs();
      if (!place.isAdmitted) return waitingAt(place);
      place.slotMs ??= slot();
      if (elapsedMs() < place.slotMs) {
        return { position: 1, againInMs: place.slotMs - elapsedMs() };
      }
      // Whoever has lost patience and asks again waits for the same.
      place.entering ??= logins.login(playerId);
      await place.entering;
      await enter();
      place.enteredMs ??= elapsedMs();
      return undefined;
    },
    close: () => clearInterval(timer),
  };
}

const numberOf = ({ number }: Place): number => number;
