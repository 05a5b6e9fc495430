import type { FlowTypes, RunningFlow } from '@firedrill/core/flows';

/*
 * Timers of this process are shortened while a day runs: to ask for the counts a thousand times a
 * second would slow it down.
 */
const { setTimeout: machineTimer } = globalThis;

/** Waits by the clock of the machine, whatever the clock of the flow does. */
export const machineSleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    machineTimer(resolve, ms);
  });

/** A clock that all processes of this machine share, in ms; it begins anywhere. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Resolves when nothing waits, runs, or is held back. */
export async function idle(running: Pick<RunningFlow<FlowTypes>, 'counts'>): Promise<void> {
  for (let quiet = 0; quiet < 2;) {
    const { waiting, delayed, active } = await running.counts();
    quiet = waiting + delayed + active === 0 ? quiet + 1 : 0;
    await machineSleep(askEveryMs);
  }
}

const askEveryMs = 100;
