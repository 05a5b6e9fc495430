const cacheName = 'canvas';

/**
 * Keeps the files of this page for a load without a server. Where the browser has no such thing, which
 * is so for addresses that are neither secure nor this machine, nothing is kept.
 */
export async function keepPage(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  await navigator.serviceWorker.register('/service-worker.js');
  const loaded = performance.getEntriesByType('resource').map(({ name }) => new URL(name));
  const files = loaded.filter(
    ({ origin, pathname }) => origin === location.origin && /\.(css|m?js|ts)$/.test(pathname),
  );
  const cache = await caches.open(cacheName);
  await cache.addAll(['/', ...files.map(({ pathname }) => pathname)]);
}
