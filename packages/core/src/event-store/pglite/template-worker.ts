import { parentPort } from 'node:worker_threads';
import { PGlite } from './library.ts';

const database = await PGlite.create();
const dump = await database.dumpDataDir('none');
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
parentPort?.postMessage(new Uint8Array(await dump.arrayBuffer()));
