/** What the exercises of this incident are given: types of the example, and parts that hold already. */

export { headlineFor, type StockLevel, type StockUpdate } from 'inventory-management/src/domain.ts';
export { type Downstream, downstreamNames } from 'inventory-management/src/domain/downstreams.ts';
export {
  createShop,
  hardenedParts,
  type Parts,
} from 'inventory-management/src/implementations/hardened/shop.ts';
export type { OrderStep } from 'inventory-management/src/implementations/hardened/steps.ts';
export { reports } from 'inventory-management/src/reports.ts';
export type { CreateSystem } from 'inventory-management/src/system.ts';
