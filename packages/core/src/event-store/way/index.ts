export { overWay, storeOperations } from './over-way.ts';
