import type { PhaseContext } from '@firedrill/core/scenario';
import { createCrowd, type Crowd } from './crowd.ts';
import { createDecisions } from './decisions.ts';
import type { Device } from './devices.ts';
import { createDrawing } from './drawing.ts';
import { createMeeting, type Meeting } from './meeting.ts';
import { createPeople, type People } from './people.ts';
import { createPointers } from './pointers.ts';
import { createServices, type Services } from './services.ts';
import type { Settings } from './settings.ts';
import type { CollaborationSystem } from './system.ts';

/** Everything round the system: people and their devices, services, and what is measured of them. */
export interface World {
  readonly people: People;
  readonly services: Services;
  readonly meeting: Meeting;
  readonly crowd: Crowd;
  /** Adds the gauges of a system to those of the world, and lets admins decide in it. */
  measure(system: CollaborationSystem): void;
}

/** Share of what an admin does that takes a right from somebody. */
const decisionShare = 0.08;

/** An edit that takes longer than this counts as frozen. */
const frozenAfterMs = 5_000;

/** Whoever has been without a network for longer and is still shown as present is a ghost. */
const ghostAfterMs = 15_000;

export function createWorld(context: PhaseContext<Settings>): World {
  const { meter, network, elapsedMs, random, settings } = context;
  const services = createServices(context);
  const { devices, links, truth } = services;
  const underWay = new Set<{ readonly sinceMs: number }>();
  let system: CollaborationSystem | undefined;
  let framesBefore = 0;
  let bytesBefore = 0;

  /** Edits start in the order of time, so the frozen ones are the first of the set. */
  function frozen(): number {
    let count = 0;
    for (const { sinceMs } of underWay) {
      if (sinceMs > elapsedMs() - frozenAfterMs) break;
      count += 1;
    }
    return count;
  }

  const isGhost = ({ person, offlineSinceMs = Infinity }: Device): boolean =>
    offlineSinceMs < elapsedMs() - ghostAfterMs &&
    system?.isPresent(person.roomId, person.id) === true;

  meter.gauge('people', () => devices.all.size);
  meter.gauge('offline', () => devices.offline.size);
  meter.gauge('ghosts', () => [...devices.offline].filter((device) => isGhost(device)).length);
  meter.gauge('editsUnderWay', () => underWay.size);
  meter.gauge('frozenEdits', frozen);
  meter.gauge('peakBufferedBytes', () => links.totals.peakBufferedBytes);
  meter.gauge('leaksSoFar', () => truth.totals.leaks);
  meter.gauge('framesPerSecond', () => {
    const frames = links.totals.frames - framesBefore;
    framesBefore = links.totals.frames;
    return frames;
  });
  meter.gauge('bytesPerSecond', () => {
    const bytes = links.totals.bytes - bytesBefore;
    bytesBefore = links.totals.bytes;
    return bytes;
  });
  meter.gauge('callsInFlight', () => {
    let calls = 0;
    for (const { inFlight } of network.stats().values()) calls += inFlight;
    return calls;
  });

  const whims = random('whims');
  const meeting = createMeeting({
    context,
    services,
    editsUnderWay: () => underWay.size,
    onOver: () => crowd.end(),
  });
  const around = { context, truth, whims, meeting };
  const decide = createDecisions(around);
  const draw = createDrawing({
    ...around,
    pointers: createPointers(settings.cursorMs, elapsedMs),
    editStarted() {
      const edit = { sinceMs: elapsedMs() };
      underWay.add(edit);
      return () => underWay.delete(edit);
    },
  });
  const crowd = createCrowd({
    context,
    devices,
    whims,
    act: (member) =>
      system !== undefined && member.session.role === 'admin' && whims.chance(decisionShare)
        ? decide(member, system)
        : draw(member),
  });

  return {
    people: createPeople(settings, random('people')),
    services,
    meeting,
    crowd,
    measure(measured) {
      system = measured;
      meter.gauge('backlog', () => measured.backlog?.() ?? 0);
      meter.gauge('leftBehind', () => measured.leftBehind?.() ?? 0);
    },
  };
}
