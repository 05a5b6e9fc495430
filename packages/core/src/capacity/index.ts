export { erlangB, erlangC } from './erlang.ts';
export { type CapacityNeeds, type CapacityPlan, planCapacity } from './plan-capacity.ts';
export { type PoolLoad, type PoolPrediction, predictPool } from './predict-pool.ts';
