export { boundedBody } from './bounded-body.ts';
export { type Bundle, bundleModule, bundleProgram, entryFile } from './bundle.ts';
export { enclosedWorker } from './enclosed-worker.ts';
export { firstScripts } from './first-scripts.ts';
export { describeExample, type RunOrigin, type RunReportOptions } from './origin.ts';
export type { RunRequest, WorkerMessage } from './protocol.ts';
export { shipsAssets } from './page-assets.ts';
export { runReport } from './run-report.ts';
export {
  type Asset,
  compressed,
  type FindAsset,
  type Reply,
  type RunningServer,
  startServer,
  type TakeMessage,
} from './server.ts';
export { startOnPort } from './start-on-port.ts';
export { staticPage } from './static-page.ts';
export { tellingSeriesIn } from './telling-series.ts';
export { workerAssets } from './worker-assets.ts';
