export { bankSample } from './bank-sample.ts';
export { earlierWeeksContract } from './earlier-weeks.ts';
export { eachCallContract, whatIsDueContract } from './each-call.ts';
export {
  exampleContract,
  plantedContract,
  type ContractRuns,
  type ExampleContractOptions,
  type Planted,
  type PlantedStorm,
} from './example-contract.ts';
export { missingRows } from './readme-rows.ts';
export { hangsHoldContract, stormsHoldContract } from './storms-hold.ts';
export { repairedHoldsContract } from './repaired-holds.ts';
export { forbiddenImports, type Import, importsOf } from './import-graph.ts';
