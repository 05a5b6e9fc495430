import { createHooks } from '@firedrill/core/hooks';

const hooks = createHooks<{ 'order.placed': { readonly id: string } }>({ workers: 2 });
const seen: string[] = [];
hooks.registry.hook('order.placed', async ({ id }) => {
  seen.push(id);
});
const { admitted } = hooks.emit('order.placed', { id: 'A-1' });
await hooks.close();
if (!admitted || seen.join() !== 'A-1') throw new Error(`The hook saw ${JSON.stringify(seen)}.`);
