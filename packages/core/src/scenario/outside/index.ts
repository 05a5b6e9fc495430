export { connectOutside, eachDeclaration, isService, openWay } from './connect.ts';
export type { Declarations, Outside } from './declarations.ts';
export { definePool } from './pool.ts';
export { type PoolReading, Pools } from './pools.ts';
export { ProcessGoneError } from './cut-off.ts';
export { definePort, type PortContext } from './port.ts';
export { ProcessLink } from './process-link.ts';
export { defineReference } from './reference.ts';
export { keysOf, targetOf } from './targets.ts';
