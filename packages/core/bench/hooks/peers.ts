import { emitterPeers } from './emitter-peers.ts';
import { firedrill } from './firedrill.ts';
import { loopsPeer } from './loops-peer.ts';
import { queuePeers } from './queue-peers.ts';
import type { Peer } from './session.ts';

export const peers: readonly Peer[] = [firedrill, ...queuePeers, loopsPeer, ...emitterPeers];
