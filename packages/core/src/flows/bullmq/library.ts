import { missingPeer } from '../../peers/index.ts';

/** The libraries are optional peers. */
export const { DelayedError, Job, Queue, raw2NextJobData, Worker } = await import('bullmq').catch(
  missingPeer('bullmq', 'to run flows on many machines'),
);
export const { Redis } = await import('ioredis').catch(
  missingPeer('ioredis', 'to run flows on many machines'),
);
