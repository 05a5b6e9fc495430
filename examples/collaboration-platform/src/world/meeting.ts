import { sleep } from '@firedrill/core/resilience';
import type { WorldContext } from '@firedrill/core/scenario';
import { screenOf } from './answered.ts';
import type { Member } from './crowd.ts';
import type { Devices } from './devices.ts';
import type { Links } from './links.ts';
import type { Shapes } from '../domain.ts';
import type { Deeds } from '../truth.ts';
import type { Canvases } from '../types.ts';
import type { CollaborationSystem } from '../system.ts';

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
  entered(member: Member): void;
  left(member: Member): void;
  /** Somebody else in the room, by a number in [0, 1). */
  other(member: Member, draw: number): Member | undefined;
  /** Resolves when the last look has been taken. */
  lastLook(system: CollaborationSystem): Promise<void>;
}

interface MeetingOptions {
  readonly context: WorldContext<Canvases>;
  readonly deeds: Deeds;
  readonly devices: Devices;
  readonly links: Links;
  readonly editsUnderWay: () => number;
  readonly onOver: () => void;
}

/**
 * When nobody has come for this long, and for this many times the usual, nobody will come any more. Of
 * Poisson arrivals, one gap in five hundred million is as long.
 */
const lastCallMs = 3_500;
const lastCallGaps = 20;
const callEveryMs = 500;

/** The canvases are at rest when nothing has changed on any screen for this long. */
const restMs = 3_000;

/** Who was connected to a process that has crashed gets this long to notice, and to come back. */
const backWithinMs = 25_000;

/** If it never comes to rest, the last look is taken all the same. */
const restLimitMs = 15 * 60_000;

/** Times that the canvas is asked for, and the pause between two of them. */
const looks = 5;
const lookAgainMs = 2_000;

/** Comparing a screen costs a fraction of a millisecond: of more people, only this many are asked. */
const comparedAtMost = 3_000;

const nothing: Shapes = new Map();

/** The canvas as the server gives it; asked again when the answer is lost, and empty without one. */
async function canvasOf(system: CollaborationSystem, roomId: string): Promise<Shapes> {
  for (let attempt = 1; attempt <= looks; attempt += 1) {
    try {
      return await system.canvas(roomId);
    } catch {
      await sleep(lookAgainMs);
    }
  }
  return nothing;
}

/** Those who are there, with a network, and are not shown as present; without an answer nobody is. */
async function overlookedIn(
  system: CollaborationSystem,
  roomId: string,
  members: ReadonlySet<Member>,
): Promise<ReadonlySet<Member>> {
  const overlooked = new Set<Member>();
  for (const member of members) {
    const { isOnline, person } = member.device;
    if (!isOnline) continue;
    const isShown = await system.isPresent(roomId, person.id).catch(() => false);
    if (!isShown) overlooked.add(member);
  }
  return overlooked;
}

export function createMeeting(options: MeetingOptions): Meeting {
  const { context, deeds, devices, links, editsUnderWay, onOver } = options;
  const { elapsedMs } = context;
  const rooms = new Map<string, Set<Member>>();
  const sleepers = new Set<() => void>();
  let arrivals = 0;
  let lastArrivalMs = 0;
  let bell: ReturnType<typeof setInterval> | undefined;
  let isOver = false;
  let looking: Promise<void> | undefined;

  function callTime(): void {
    const usualGapMs = elapsedMs() / arrivals;
    const silenceMs = elapsedMs() - lastArrivalMs;
    if (silenceMs < Math.max(lastCallMs, lastCallGaps * usualGapMs)) return;
    clearInterval(bell);
    isOver = true;
    onOver();
    for (const wake of sleepers) wake();
    sleepers.clear();
  }

  async function comeToRest(): Promise<void> {
    const fromMs = elapsedMs();
    let busyAtMs = fromMs;
    while (elapsedMs() - fromMs < restLimitMs) {
      await sleep(500);
      const nowMs = elapsedMs();
      const { down, ends, startedAtMs } = devices.processes;
      const isComingBack = down > 0 || (ends > 0 && nowMs < startedAtMs + backWithinMs);
      const isAtTheGate = (deeds.returns?.dueMs ?? -Infinity) > nowMs;
      if (devices.offline.size > 0 || editsUnderWay() > 0 || isComingBack || isAtTheGate) {
        busyAtMs = nowMs;
      }
      busyAtMs = Math.max(busyAtMs, links.totals.lastContentAtMs);
      if (nowMs - busyAtMs >= restMs) return;
    }
  }

  async function look(system: CollaborationSystem): Promise<void> {
    await comeToRest();
    const present = [...rooms.values()].reduce((sum, { size }) => sum + size, 0);
    const every = Math.max(1, Math.ceil(present / comparedAtMost));
    let index = 0;
    for (const [roomId, members] of rooms) {
      index += 1;
      if (index % every !== 0 || members.size === 0) continue;
      const { canvas, overlooked } = await undisturbed(async () => ({
        canvas: await canvasOf(system, roomId),
        overlooked: await overlookedIn(system, roomId, members),
      }));
      deeds.told.look(
        [...members]
          .filter(
            ({ device, session }) =>
              device.isOnline &&
              session.role !== undefined &&
              deeds.roleOf(device.person.id) !== undefined,
          )
          .map(({ device }) => device.person.id),
      );
      for (const member of members) {
        const { device, session } = member;
        if (deeds.roleOf(device.person.id) === undefined) continue;
        deeds.remained();
        if (session.role === undefined) continue;
        const screen = screenOf(session);
        deeds.compare(device.person, session.role, screen, canvas);
        if (overlooked.has(member)) deeds.overlooked(device.person);
      }
    }
    const audited = deeds.rooms();
    const canvases = await undisturbed(() =>
      Promise.all(audited.map(async (roomId) => [roomId, await canvasOf(system, roomId)] as const)),
    );
    for (const [roomId, canvas] of canvases) deeds.audit(roomId, canvas);
  }

  /** What was asked while a process crashed is asked again when all are back. */
  async function undisturbed<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      const { ends } = devices.processes;
      const answer = await ask();
      if (devices.processes.ends === ends) return answer;
      await comeToRest();
    }
  }

  const membersOf = ({ device }: Member): Set<Member> => {
    const { roomId } = device.person;
    const known = rooms.get(roomId);
    if (known !== undefined) return known;
    const members = new Set<Member>();
    rooms.set(roomId, members);
    return members;
  };

  return {
    get isOver() {
      return isOver;
    },
    arrived() {
      arrivals += 1;
      lastArrivalMs = elapsedMs();
      bell ??= setInterval(callTime, callEveryMs);
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
    entered(member) {
      membersOf(member).add(member);
    },
    left(member) {
      const members = membersOf(member);
      members.delete(member);
      if (members.size === 0) rooms.delete(member.device.person.roomId);
    },
    other(member, draw) {
      const others = [...membersOf(member)].filter((each) => each !== member);
      return others[Math.floor(draw * others.length)];
    },
    lastLook(system) {
      looking ??= look(system);
      return looking;
    },
  };
}
