import type { PhaseContext } from '@firedrill/core/scenario';
import type { Random } from '@firedrill/core/simulation';
import type { Device } from './devices.ts';
import { createMeeting, type Meeting } from './meeting.ts';
import { createPeople, type People } from './people.ts';
import { createPointers, type Pointers } from './pointers.ts';
import { createServices, type Services } from './services.ts';
import type { Settings } from './settings.ts';
import type { CollaborationSystem } from './system.ts';

/** Everything round the system: people and their devices, services, and what is measured of them. */
export interface World {
  readonly people: People;
  /** What people do, and when. */
  readonly whims: Random;
  readonly services: Services;
  readonly meeting: Meeting;
  readonly pointers: Pointers;
  /** Notes that an edit is under way; call what it returns when it is over. */
  editStarted(): () => void;
  /** Adds the gauges of a system to those of the world, and lets it be looked at in the end. */
  measure(system: CollaborationSystem): void;
}

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

  return {
    people: createPeople(settings, random('people')),
    whims: random('whims'),
    services,
    meeting: createMeeting({ context, services, editsUnderWay: () => underWay.size }),
    pointers: createPointers(settings.cursorMs, elapsedMs),
    editStarted() {
      const edit = { sinceMs: elapsedMs() };
      underWay.add(edit);
      return () => underWay.delete(edit);
    },
    measure(measured) {
      system = measured;
      meter.gauge('backlog', () => measured.backlog?.() ?? 0);
      meter.gauge('leftBehind', () => measured.leftBehind?.() ?? 0);
    },
  };
}
