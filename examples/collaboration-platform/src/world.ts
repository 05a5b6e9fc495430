import type { WorldContext } from '@firedrill/core/scenario';
import { mayEdit } from './domain.ts';
import { measures } from './measurements.ts';
import type { CollaborationSystem } from './system.ts';
import type { Deeds } from './truth.ts';
import type { Canvases } from './types.ts';
import { screenOf } from './world/answered.ts';
import { createCrowd, type Crowd } from './world/crowd.ts';
import { createDecisions } from './world/decisions.ts';
import { createDevices, type Device, type Devices } from './world/devices.ts';
import { createDrawing } from './world/drawing.ts';
import { createLinks, type Links } from './world/links.ts';
import { createMeeting, type Meeting } from './world/meeting.ts';
import { createPeople, type People } from './world/people.ts';
import { createPointers } from './world/pointers.ts';

/** Everything round the platform that is no service: people, their devices, networks and hands. */
export interface World {
  readonly people: People;
  readonly devices: Devices;
  readonly links: Links;
  readonly meeting: Meeting;
  readonly crowd: Crowd;
  /** From now on the world asks this system who is shown as present. */
  reach(system: CollaborationSystem): void;
}

/** Share of what others do in which they try the same, and may not. */
const usurpedShare = 0.003;

/** An edit that takes longer than this counts as frozen. */
const frozenAfterMs = 5_000;

/** Whoever has been without a network for longer and is still shown as present is a ghost. */
const ghostAfterMs = 15_000;

/** How often somebody looks who is shown as present. */
const lookEveryMs = 1_000;

/** How often everybody glances at what they have drawn, where conflicts are looked for. */
const glanceEveryMs = 2_000;

/** What has been added since the last look. */
const perSecond = (total: () => number): (() => number) => {
  let before = 0;
  return () => {
    const now = total();
    const since = now - before;
    before = now;
    return since;
  };
};

export function createWorld(context: WorldContext<Canvases>, deeds: Deeds): World {
  const { meter, network, elapsedMs, random, settings } = context;
  const links = createLinks(context, deeds);
  const devices = createDevices({ context, deeds, links });
  const underWay = new Set<{ readonly sinceMs: number }>();
  let system: CollaborationSystem | undefined;
  let ghosts = 0;

  /** Edits start in the order of time, so the frozen ones are the first of the set. */
  function frozen(): number {
    let count = 0;
    for (const { sinceMs } of underWay) {
      if (sinceMs > elapsedMs() - frozenAfterMs) break;
      count += 1;
    }
    return count;
  }

  const isLongGone = ({ offlineSinceMs = Infinity }: Device): boolean =>
    offlineSinceMs < elapsedMs() - ghostAfterMs;

  async function countGhosts(): Promise<void> {
    const gone = [...devices.offline].filter((device) => isLongGone(device));
    const shown = await Promise.all(
      gone.map(async (device) => {
        const { id, roomId } = device.person;
        const isShown = await system?.isPresent(roomId, id).catch(() => false);
        // Who has come back while the answer was on its way is no ghost.
        return isShown === true && devices.offline.has(device);
      }),
    );
    ghosts = shown.filter(Boolean).length;
  }

  meter.gauge(measures.people, () => devices.all.size);
  meter.gauge(measures.offline, () => devices.offline.size);
  meter.gauge(measures.ghosts, () => ghosts);
  meter.gauge(measures.editsUnderWay, () => underWay.size);
  meter.gauge(measures.frozenEdits, frozen);
  meter.gauge(measures.peakBufferedBytes, () => links.totals.peakBufferedBytes);
  meter.gauge(
    measures.framesPerSecond,
    perSecond(() => links.totals.frames),
  );
  meter.gauge(
    measures.bytesPerSecond,
    perSecond(() => links.totals.bytes),
  );
  meter.gauge(measures.callsInFlight, () => {
    let calls = 0;
    for (const { inFlight } of network.stats().values()) calls += inFlight;
    return calls;
  });
  meter.gauge(measures.storeCalls, () => network.stats().get('document-store')?.calls ?? 0);
  meter.gauge(measures.storeRefusals, () => network.stats().get('document-store')?.failed ?? 0);

  const whims = random('whims');
  const meeting = createMeeting({
    context,
    deeds,
    devices,
    links,
    editsUnderWay: () => underWay.size,
    onOver: () => {
      crowd.end();
      clearInterval(looking);
      clearInterval(glancing);
    },
  });
  const around = { context, deeds, whims, meeting };
  const decide = createDecisions(around);
  const usurpers = random('usurpers');
  const usurp = createDecisions({ ...around, whims: usurpers });
  const draw = createDrawing({
    ...around,
    pointers: createPointers(settings.cursorMs, elapsedMs, (personId, x, y) =>
      deeds.told.pointed(personId, x, y),
    ),
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
    async act(member) {
      if (member.session.role === 'admin' && whims.chance(settings.decisionShare)) {
        await decide(member);
        return;
      }
      if (usurpers.chance(usurpedShare)) void usurp(member);
      await draw(member);
    },
  });
  const looking = setInterval(() => void countGhosts(), lookEveryMs);
  const glancing = settings.conflicts ? setInterval(glance, glanceEveryMs) : undefined;

  function glance(): void {
    for (const { device, session } of crowd.here) {
      if (!mayEdit(session.role)) continue;
      deeds.conflicts.look(device.person, screenOf(session));
    }
  }

  return {
    people: createPeople(settings, random('people')),
    devices,
    links,
    meeting,
    crowd,
    reach(reached) {
      system ??= reached;
    },
  };
}
