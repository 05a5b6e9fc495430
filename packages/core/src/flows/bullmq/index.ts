export { type BullmqFlowOptions, runOnBullmq } from './bullmq-engine.ts';
export { standardRedisUrl } from './connect-redis.ts';
export { RedisMissingError } from './errors.ts';
