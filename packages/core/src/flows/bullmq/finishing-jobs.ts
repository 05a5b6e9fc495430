import type { Job, RedisQueueBackend } from 'bullmq';
import type { Redis } from 'ioredis';
import { raw2NextJobData } from './library.ts';
import { loadedScripts } from './loaded-scripts.ts';

/** How BullMQ's own script takes a job off its queue, and the next one from there. */
export type JobToFinish = ReturnType<RedisQueueBackend['moveToCompletedArgs']>;

/** What BullMQ would say to take a job off its queue, and to get the next one when this is asked for. */
export const jobToFinish = (
  backend: RedisQueueBackend,
  job: Job,
  token: string,
  fetchesNext: boolean,
): JobToFinish => backend.moveToCompletedArgs(job, 'null', true, token, fetchesNext);

/** Lua for `finishJob(first, last)`: takes the job off its queue whose operands lie there in ARGV. */
export function finishJobLua(redis: Redis): string {
  const [finisher] = loadedScripts(redis, ['moveToFinished']);
  if (finisher === undefined) {
    throw new Error(
      'Failed to prepare the end of a job: BullMQ has no such script. Use the version of BullMQ that the package asks for.',
    );
  }
  const { lua, numberOfKeys } = finisher;
  return `
local function finishJob(first, last)
  local finisher = ${lua}
  return finisher(
    { unpack(ARGV, first, first + ${numberOfKeys - 1}) },
    { unpack(ARGV, first + ${numberOfKeys}, last) }
  )
end
`;
}

/**
 * Hands to the worker of a job what the script has answered that took it off its queue, so that it is not
 * asked for again. A refusal is left to the worker: it asks itself, and says why.
 */
export function handOn(job: Job, answer: unknown): void {
  if (typeof answer === 'number' && answer < 0) return;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the job that comes next, or none
  const next = raw2NextJobData(answer as unknown[]);
  job.moveToCompleted = async () => next;
}
