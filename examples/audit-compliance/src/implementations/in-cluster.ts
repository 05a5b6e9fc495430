import type { PhaseContext } from '@firedrill/core/scenario';
import { createCluster } from '../cluster.ts';
import type { Settings } from '../settings.ts';
import type { ClinicSystem, StartProgram } from '../system.ts';
import type { World } from '../world.ts';

/** Prepares what all processes of an implementation share, and gives what each of them runs. */
export type CreateProgram = (context: PhaseContext<Settings>) => StartProgram;

/** Runs a program in every process of a cluster, and has the world measure it. */
export const inCluster =
  (create: CreateProgram) =>
  (context: PhaseContext<Settings>, world: World): ClinicSystem => {
    const start = create(context);
    const cluster = createCluster(context, (life) => start(life, world.services.forLife(life)));
    const system: ClinicSystem = {
      handle: (request) => cluster.handle(request),
      unsaved: () => cluster.unsaved(),
      close: () => cluster.close(),
    };
    world.measure(system);
    return system;
  };
