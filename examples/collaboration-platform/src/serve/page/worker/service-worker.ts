/// <reference lib="webworker" />
declare const self: ServiceWorkerGlobalScope;

/**
 * Lets the page be loaded without a server: what the page has put into the cache (`offline.ts`) is
 * taken when the network does not answer.
 */
self.addEventListener('install', () => {
  void self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET') event.respondWith(answer(request));
});

async function answer(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    // One page for every room: which it is says the query.
    const kept = await caches.match(request, { ignoreSearch: request.mode === 'navigate' });
    if (kept === undefined) throw error;
    return kept;
  }
}
