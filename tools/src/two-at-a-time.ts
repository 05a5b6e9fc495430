import PQueue from 'p-queue';

/** Programs that run at once: a run keeps one core busy, and the smallest machines have two. */
const processes = new PQueue({ concurrency: 2 });

/** Does work when fewer than two others are under way, in the order in which it was asked for. */
export const twoAtATime = <T>(work: () => Promise<T>): Promise<T> => processes.add(work);
