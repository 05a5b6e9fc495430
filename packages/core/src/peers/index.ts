export { missingPeer, MissingPeerError } from './missing-peer.ts';
