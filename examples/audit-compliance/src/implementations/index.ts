export { directCalls } from './1-direct-calls.ts';
export { floatingPromises } from './2-floating-promises.ts';
export { buffer } from './3-buffer.ts';
export { hooks } from './4-hooks.ts';
export { hardened } from './5-hardened.ts';
