import { ConnectionResetError, defineService, ServiceFailure } from '@firedrill/core/services';
import type { Answer, Request } from './domain.ts';
import { createPlace, type Life, type Place } from './processes.ts';
import { latencies, processName } from './services.ts';
import type { ClinicProgram, Context } from './system.ts';

/** The processes of the platform behind their load balancer. */
export interface Cluster {
  handle(request: Request): Promise<Answer>;
  readonly places: readonly Place<ClinicProgram>[];
  /** Entries that are in the memory of some process, and nowhere else. */
  unsaved(): number;
  close(): Promise<void>;
}

/**
 * Starts the processes and lets them crash: a fault `reset` of a process, e.g. `app-1`, is its crash.
 * With a share it is a schedule of crashes, drawn from the seed, that takes the process away for
 * about that share of the time; without one it is down from the beginning of the fault to its end.
 */
export function createCluster(context: Context, start: (life: Life) => ClinicProgram): Cluster {
  const { elapsedMs, meter, network, settings } = context;
  const places = Array.from({ length: settings.processes }, (_, index) =>
    createPlace(processName(index + 1), start),
  );
  const doors = places.map((place) =>
    network.connect(
      defineService({
        name: place.name,
        baseUrl: `https://${place.name}.example`,
        latency: latencies.app,
        operations: {
          accept: {
            method: 'POST',
            path: '/connections',
            handle() {
              if (place.program === undefined) throw new ServiceFailure(503, 'it is not running');
              return { accepted: true };
            },
          },
        },
      }),
    ),
  );
  let turn = 0;

  const unsaved = (): number =>
    places.reduce((sum, { program }) => sum + (program?.unsaved?.() ?? 0), 0);

  function crash(place: Place<ClinicProgram>): void {
    if (place.program === undefined) return;
    meter.count('crashes');
    meter.count('lostInMemory', place.program.unsaved?.() ?? 0);
    place.crash();
  }

  for (const { place, atMs, downMs } of crashSchedule(context, places)) {
    setTimeout(() => crash(place), Math.max(0, atMs - elapsedMs()));
    setTimeout(() => place.boot(), atMs + downMs - elapsedMs());
  }

  return {
    places,
    unsaved,
    async handle(request) {
      turn += 1;
      for (let attempt = 0; attempt < places.length; attempt += 1) {
        const index = (turn + attempt) % places.length;
        const [door, place] = [doors[index], places[index]];
        if (door === undefined || place === undefined) break;
        // A process that does not answer the door is passed over; nothing has been asked of it yet.
        const isOpen = await door.accept().then(
          () => true,
          () => false,
        );
        if (isOpen) return place.run((program) => program.handle(request));
      }
      throw new ConnectionResetError('load-balancer', 'handle');
    },
    async close() {
      for (const place of places) place.boot();
      await Promise.all(places.map(async ({ program }) => program?.close?.()));
    },
  };
}

interface Crash {
  readonly place: Place<ClinicProgram>;
  readonly atMs: number;
  readonly downMs: number;
}

function crashSchedule(
  { faults, random, settings }: Context,
  places: readonly Place<ClinicProgram>[],
): readonly Crash[] {
  return places.flatMap((place) =>
    faults
      .filter(({ kind, service }) => kind === 'reset' && service === place.name)
      .flatMap(({ id, fromMs, toMs, share = 1 }): readonly Crash[] => {
        if (share === 1) return [{ place, atMs: fromMs, downMs: toMs - fromMs }];
        const draws = random(`crashes ${id}`);
        const meanMs = settings.bootMs / share;
        const crashes: Crash[] = [];
        let atMs = fromMs + draws.exponential(meanMs);
        while (atMs < toMs) {
          crashes.push({ place, atMs, downMs: settings.bootMs });
          atMs += settings.bootMs + draws.exponential(meanMs);
        }
        return crashes;
      }),
  );
}
