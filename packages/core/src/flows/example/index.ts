export { defineBroker, type OtherBroker, runInProcess } from './flow-port.ts';
export { type FlowScenarioOptions, flowScenarios } from './flow-scenarios.ts';
