import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMemoryEventStore, MemoryDatabase } from '@firedrill/core/event-store';
import * as Y from 'yjs';
import { Canvas } from '../src/domain/canvas.ts';
import { createHostCheck } from '../src/serve/hosts.ts';
import { createIdentities, temporaryKey } from '../src/serve/identities.ts';
import { defaultLimits } from '../src/serve/limits.ts';
import { createRecords, type Records } from '../src/serve/records.ts';
import { catalogue } from '../src/serve/store.ts';
import { decode, encode } from '../src/serve/wire.ts';

function isRefused(bytes: Uint8Array): boolean {
  try {
    decode(bytes);
    return false;
  } catch {
    return true;
  }
}

describe('the wire', () => {
  test('gives back what was sent, binary fields included', () => {
    const message = fc.record({
      type: fc.constant('state'),
      update: fc.uint8Array(),
      vector: fc.uint8Array(),
      text: fc.string(),
      numbers: fc.array(fc.integer()),
    });
    fc.assert(
      fc.property(message, (sent) => {
        expect(decode(encode(sent))).toEqual(sent);
        expect(decode(Buffer.from(encode(sent)))).toEqual(sent);
      }),
    );
  });

  test('what came as a Buffer can be sent on', () => {
    const sent = { update: Uint8Array.of(1, 2, 3) };
    const received = decode(Buffer.from(encode(sent)));
    expect(decode(encode(Object(received)))).toEqual(sent);
  });

  test('throws for bytes that are no message, and never runs on', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        // Hardly any bytes are a message, and those that are decode to JSON.
        expect(isRefused(bytes) || JSON.stringify(decode(bytes)) !== undefined).toBe(true);
      }),
    );
    expect(() => decode(encode({ update: Uint8Array.of(1, 2, 3) }).subarray(0, -1))).toThrow(
      '3 bytes are missing',
    );
  });
});

const identities = createIdentities(temporaryKey());

describe('identities', () => {
  test('are believed only when this key has signed them', () => {
    const identity = identities.issue();
    expect(identities.isGenuine(identity)).toBe(true);
    expect(identities.isGenuine({ ...identity, personId: identities.issue().personId })).toBe(
      false,
    );
    expect(identities.isGenuine({ ...identity, proof: '' })).toBe(false);
    expect(createIdentities(temporaryKey()).isGenuine(identity)).toBe(false);
  });

  test('promise a role in one canvas, until the next decision', () => {
    const canvas = { roomId: 'r', decisions: 1 };
    const token = identities.invite({ ...canvas, role: 'viewer' });
    expect(identities.promisedBy(token, canvas)).toBe('viewer');
    expect(identities.promisedBy(token, { ...canvas, roomId: 's' })).toBeUndefined();
    expect(identities.promisedBy(token, { ...canvas, decisions: 2 })).toBeUndefined();
    expect(identities.promisedBy(token.replace('viewer', 'editor'), canvas)).toBeUndefined();
  });
});

describe('hosts', () => {
  const isMeantForUs = createHostCheck(['canvas.example']);
  const ask = (host?: string, origin?: string): boolean =>
    isMeantForUs({
      headers: { ...(host !== undefined && { host }), ...(origin !== undefined && { origin }) },
    });

  test.each([
    'localhost:1',
    '127.0.0.1:1',
    '[::1]:1',
    '10.1.2.3',
    'canvas.example',
    'CANVAS.example:1',
  ])('%s is one of this server', (host) => {
    expect(ask(host)).toBe(true);
    expect(ask(host, `http://${host}`)).toBe(true);
    expect(ask(host, 'http://elsewhere.example')).toBe(false);
  });

  test.each([
    undefined,
    '',
    'evil.test',
    'localhost.evil.test',
    'evil.test@localhost',
    'localhost/x',
  ])('%s is none', (host) => expect(ask(host)).toBe(false));
});

describe('records', () => {
  const database = new MemoryDatabase();
  /** As after a restart: nothing but the store is the same. */
  const restarted = (): Records =>
    createRecords({
      store: createMemoryEventStore({ database, catalogue }),
      identities,
      limits: defaultLimits,
      onFault: (_roomId, error) => {
        throw error;
      },
    });

  test('have texts and roles after a restart, with a snapshot and without one', async () => {
    const before = restarted();
    await before.welcome({ personId: 'ada', roomId: 'r', wish: 'viewer' });
    await before.welcome({ personId: 'bruno', roomId: 'r', wish: 'viewer' });
    await before.ports.decide({ roomId: 'r', personId: 'bruno', role: undefined, by: 'ada' });
    const canvas = new Canvas(7);
    const keep = async (update: Uint8Array): Promise<unknown> =>
      before.ports.keep?.('r', { personId: 'ada', update, stamps: [] });
    await keep(
      canvas.apply({ kind: 'create', shape: { id: 's', x: 1, y: 2, text: '', layer: 'board' } }),
    );
    for (let number = 0; number < 250; number += 1) {
      await keep(canvas.apply({ kind: 'write', shapeId: 's', text: `text ${number}` }));
      if (number === 230) await before.ports.save('r', new Uint8Array());
    }
    await before.close();

    const after = restarted();
    expect(await after.roleOf('ada', 'r')).toBe('admin');
    // Who was removed comes back as nobody, and a stranger needs an invitation.
    for (const personId of ['bruno', 'chidi']) {
      await after.welcome({ personId, roomId: 'r', wish: 'editor' });
      expect(await after.roleOf(personId, 'r')).toBeUndefined();
    }
    const read = new Canvas(8);
    const document = await after.ports.load('r');
    if (document !== undefined) Y.applyUpdate(read.doc, document);
    expect(read.shapes()).toEqual(canvas.shapes());
    expect(await after.isForeign(7, { personId: 'chidi', roomId: 'r' })).toBe(true);
    await after.close();
  });
});
