export { runCapacity } from './run.ts';
