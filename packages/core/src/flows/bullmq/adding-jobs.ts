import type { JobsOptions, Queue as JobQueue } from 'bullmq';
import type { Redis } from 'ioredis';
import { Job } from './library.ts';
import { loadedScripts } from './loaded-scripts.ts';

/** A job that is still to be put into its queue, as BullMQ's own script for that takes it. */
export interface JobToAdd {
  /** The delivery that it is for: one that is done is not put there again. */
  readonly deliveryId: string;
  /** Name of the script, with the version of BullMQ. */
  readonly script: string;
  /** Its keys and its arguments. */
  readonly operands: readonly (string | Buffer)[];
}

/** Has BullMQ say how it would add a job, instead of adding it. */
export function jobToAdd(
  queue: JobQueue,
  deliveryId: string,
  { name, data, options }: { name: string; data: unknown; options: JobsOptions },
): JobToAdd {
  let found: JobToAdd | undefined;
  const listener = {
    runCommand(script: string, operands: readonly (string | Buffer)[]) {
      found = { deliveryId, script, operands };
    },
  };
  // It hands the command to its client before it waits for anything.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that is asked of the client
  void new Job(queue, name, data, options, options.jobId).addJob(listener as never);
  if (found === undefined) {
    throw new Error(
      'Failed to add a job: BullMQ did not say how. Use the version of BullMQ that the package asks for.',
    );
  }
  return found;
}

/** The scripts that put a job into a queue: at once, or later. */
const adders = ['addStandardJob', 'addDelayedJob'];

/**
 * Lua for `addJobs(from, done)`: adds the jobs that begin at this position of ARGV, but for those whose
 * deliveries are in the set of what is done.
 */
export function addJobsLua(redis: Redis): string {
  const functions = loadedScripts(redis, adders).map(
    ({ name, lua, numberOfKeys }) => `adders['${name}'] = { ${numberOfKeys}, ${lua} }`,
  );
  return `
local adders = {}
${functions.join('\n')}
local function addJobs(from, done)
  while from <= #ARGV do
    local count = tonumber(ARGV[from + 2])
    local first = from + 3
    if not redis.call('ZSCORE', done, ARGV[from]) then
      local adder = adders[ARGV[from + 1]]
      local last = first + count - 1
      adder[2](
        { unpack(ARGV, first, first + adder[1] - 1) },
        { unpack(ARGV, first + adder[1], last) }
      )
    end
    from = first + count
  end
end
`;
}

/** Jobs as `addJobs` reads them. */
export const asOperands = (jobs: readonly JobToAdd[]): (string | Buffer)[] =>
  jobs.flatMap(({ deliveryId, script, operands }) => [
    deliveryId,
    script,
    String(operands.length),
    ...operands,
  ]);
