export { noKey } from './0-no-key.ts';
export { directCalls } from './1-direct-calls.ts';
export { floatingPromises } from './2-floating-promises.ts';
export { eventEmitter } from './3-event-emitter.ts';
export { hooks } from './4-hooks.ts';
export { hardened } from './5-hardened.ts';
