/** What the exercises of this incident are given: types of the example, and parts that hold already. */

export {
  type AccessChange,
  type Edit,
  type Role,
  type Shape,
} from 'collaboration-platform/src/domain.ts';
export { Canvas } from 'collaboration-platform/src/domain/canvas.ts';
export { frame, type Stamp, stampOf } from 'collaboration-platform/src/domain/protocol.ts';
export {
  createHardened,
  hardenedParts,
  type Parts,
} from 'collaboration-platform/src/implementations/5-hardened.ts';
export {
  answersFrom,
  createBoard,
} from 'collaboration-platform/src/implementations/early/board.ts';
export { openBrowser } from 'collaboration-platform/src/implementations/early/browser.ts';
export { createServiceCalls } from 'collaboration-platform/src/implementations/early/service-calls.ts';
export {
  overSockets,
  type Socket,
  type SocketServer,
} from 'collaboration-platform/src/implementations/early/sockets.ts';
export type { PermissionAnswer } from 'collaboration-platform/src/implementations/hardened/permission-cache.ts';
export type { Replica } from 'collaboration-platform/src/implementations/hardened/replica.ts';
export { reachRequests } from 'collaboration-platform/src/implementations/early/requests.ts';
export { reachDevice } from 'collaboration-platform/src/implementations/reach-device.ts';
export { reports } from 'collaboration-platform/src/reports.ts';
export type { CreateSystem } from 'collaboration-platform/src/system.ts';
export type { Person } from 'collaboration-platform/src/world/people.ts';
