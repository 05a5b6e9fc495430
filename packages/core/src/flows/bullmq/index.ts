export {
  type BullmqConnection,
  type BullmqConnectionOptions,
  type BullmqFlowOptions,
  connectBullmq,
  runOnBullmq,
} from './bullmq-engine.ts';
export { connectRedis, standardRedisUrl } from './connect-redis.ts';
export { RedisMissingError } from './errors.ts';
