import type { PhaseContext } from '@firedrill/core/scenario';
import type { Person } from './people.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings.ts';
import type { CollaborationSystem, Session } from './system.ts';

/**
 * The day of all canvases together: people come, and when nobody has come for a while, the day ends.
 * Pens are put down, everything that is on its way arrives, everybody takes a last look, and goes.
 */
export interface Meeting {
  readonly isOver: boolean;
  /** Somebody came. */
  arrived(): void;
  /** Waits this long, or until the day is over. */
  nap(ms: number): Promise<void>;
  /** A person has the canvas open. */
  entered(person: Person, session: Session): void;
  left(person: Person): void;
  /** Somebody else in a room, by a number in [0, 1). */
  other(person: Person, draw: number): Person | undefined;
  /** Shapes that were drawn in a room, by their authors' account. */
  shapeIds(roomId: string): string[];
  /** Resolves when the last look has been taken. */
  lastLook(system: CollaborationSystem): Promise<void>;
}

interface MeetingOptions {
  readonly context: PhaseContext<Settings>;
  readonly services: Services;
  readonly editsUnderWay: () => number;
}

/** When nobody has come for this long, nobody will come any more. */
const lastCallMs = 6_000;

/** The canvases are at rest when nothing has changed on any screen for this long. */
const restMs = 3_000;

/** Whoever had no network gets this long to catch up. */
const catchUpMs = 8_000;

/** If it never comes to rest, the last look is taken all the same. */
const restLimitMs = 15 * 60_000;

/** Comparing a screen costs a fraction of a millisecond: of more people, only this many are asked. */
const comparedAtMost = 6_000;

export function createMeeting({ context, services, editsUnderWay }: MeetingOptions): Meeting {
  const { elapsedMs, settings } = context;
  const { devices, links, truth } = services;
  const rooms = new Map<string, Map<string, { readonly person: Person; session: Session }>>();
  const shapes = new Map<string, string[]>();
  const sleepers = new Set<() => void>();
  let lastArrivalMs = 0;
  let bell: ReturnType<typeof setInterval> | undefined;
  let isOver = false;
  let looking: Promise<void> | undefined;

  function callTime(): void {
    if (elapsedMs() - lastArrivalMs < lastCallMs) return;
    clearInterval(bell);
    isOver = true;
    for (const wake of sleepers) wake();
    sleepers.clear();
  }

  async function comeToRest(): Promise<void> {
    const fromMs = elapsedMs();
    let calmSinceMs = fromMs + catchUpMs - restMs;
    while (elapsedMs() - fromMs < restLimitMs) {
      await sleep(500);
      const nowMs = elapsedMs();
      if (devices.offline.size > 0) calmSinceMs = nowMs + catchUpMs - restMs;
      else if (editsUnderWay() > 0) calmSinceMs = nowMs;
      calmSinceMs = Math.max(calmSinceMs, links.totals.lastContentAtMs);
      if (nowMs - calmSinceMs >= restMs) return;
    }
  }

  async function look(system: CollaborationSystem): Promise<void> {
    await comeToRest();
    const present = [...rooms.values()].reduce((sum, { size }) => sum + size, 0);
    const every = Math.ceil(present / comparedAtMost);
    let index = 0;
    for (const [roomId, members] of rooms) {
      index += 1;
      if (index % every !== 0 || members.size === 0) continue;
      const canvas = await system.canvas(roomId);
      for (const { person, session } of members.values()) {
        if (session.role === undefined || truth.roleOf(person.id) === undefined) continue;
        truth.compare(person, session.role, session.shapes(), canvas);
      }
    }
    const audited = truth.rooms();
    await Promise.all(
      audited.map(async (roomId) => truth.audit(roomId, await system.canvas(roomId))),
    );
  }

  const membersOf = (roomId: string) => {
    const known = rooms.get(roomId);
    if (known !== undefined) return known;
    const members = new Map<string, { readonly person: Person; session: Session }>();
    rooms.set(roomId, members);
    return members;
  };

  return {
    get isOver() {
      return isOver;
    },
    arrived() {
      lastArrivalMs = elapsedMs();
      bell ??= setInterval(callTime, settings.statusMs);
    },
    nap(ms) {
      if (isOver) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(() => {
          sleepers.delete(wake);
          resolve();
        }, ms);
        sleepers.add(wake);
      });
    },
    entered(person, session) {
      membersOf(person.roomId).set(person.id, { person, session });
    },
    left(person) {
      const members = rooms.get(person.roomId);
      members?.delete(person.id);
      if (members?.size === 0) rooms.delete(person.roomId);
    },
    other(person, draw) {
      const members = [...membersOf(person.roomId).values()].filter(
        (member) => member.person !== person,
      );
      return members[Math.floor(draw * members.length)]?.person;
    },
    shapeIds(roomId) {
      const known = shapes.get(roomId);
      if (known !== undefined) return known;
      const ids: string[] = [];
      shapes.set(roomId, ids);
      return ids;
    },
    lastLook(system) {
      looking ??= look(system);
      return looking;
    },
  };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
