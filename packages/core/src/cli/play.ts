import type { AnyExample } from '../scenario/example.ts';
import type { RunFinished, RunRecord } from '../scenario/record.ts';
import { runScenario } from '../scenario/run.ts';
import { verify, type Verification } from '../scenario/verify.ts';
import { SimulationCancelledError } from '../simulation/errors.ts';
import { measureMachine, realNowMs, type MachineFigures } from './machine.ts';
import type { Plan } from './plan-run.ts';
import type { OpenView } from './views.ts';

/** How a run came to its end. */
export type Ending =
  | {
      readonly kind: 'finished';
      readonly finished: RunFinished;
      readonly figures: MachineFigures | undefined;
      /** Present when it was run twice. */
      readonly verification: Verification | undefined;
    }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface PlayOptions {
  readonly isVerified: boolean;
  readonly pace: OpenView['pace'];
  readonly signal: AbortSignal;
  readonly sink: (record: RunRecord) => void;
}

/** What the run prints is written while it runs, and is no I/O of the system under test. */
const ownOutput = ['SimpleWriteWrap', 'WriteWrap'];

/** Runs a plan once, or twice to compare. Never rejects. */
export async function play(
  example: AnyExample,
  plan: Plan,
  { isVerified, pace, signal, sink }: PlayOptions,
): Promise<Ending> {
  let figures: MachineFigures | undefined;
  const runOnce = async (to: (record: RunRecord) => void): Promise<RunFinished> => {
    // Only the first run is shown and measured: nobody waits for the second.
    const paced = figures === undefined ? pace : undefined;
    const startedAtMs = realNowMs();
    let judgedAtMs: number | undefined;
    const finished = await runScenario(
      example,
      { ...plan, pace: paced, signal, ignoredIo: ownOutput },
      (record) => {
        if (record.type === 'verdict') judgedAtMs = realNowMs();
        to(record);
      },
    );
    const endedAtMs = realNowMs();
    const wallMs = (judgedAtMs ?? endedAtMs) - startedAtMs;
    figures ??= measureMachine(wallMs, endedAtMs - startedAtMs, finished.virtualMs);
    return finished;
  };
  try {
    const verification = isVerified ? await verify(runOnce, sink) : undefined;
    const finished = verification?.finished ?? (await runOnce(sink));
    return { kind: 'finished', finished, figures, verification };
  } catch (error) {
    const isStopped = error instanceof SimulationCancelledError;
    return isStopped ? { kind: 'stopped' } : { kind: 'failed', error };
  }
}
