import { hardenedParts } from '../../src/implementations/5-hardened.ts';
import type { Hello, Peer } from '../../src/implementations/hardened/member.ts';
import { crashes } from './crash-faults.ts';
import { type Bug, withLog, withParts } from './plant.ts';

const second = 1_000;

/** Documents that begin anew every few changes, so that it happens often. */
const settings = { compactAfter: 8, thinkMs: 3_000, outageEveryMs: 60_000 };

/** Bugs in what becomes of a document that begins anew. */
export const compactionBugs: readonly Bug[] = [
  withParts(
    {
      name: 'never-compacts',
      flaw: 'documents begin anew in a job at night that nobody has written',
      breaks: ['documents-bounded'],
      settings,
    },
    () => ({ createCompaction: () => ({ look() {} }) }),
  ),
  withLog(
    {
      name: 'compacts-what-is-not-stored',
      flaw: 'a document has begun anew when it is made, and the log has it a while later',
      breaks: ['no-edit-lost', 'no-change-lost'],
      settings,
      faults: crashes('server', 80, 95, 110),
    },
    (log) => ({
      async keep(roomId, kept) {
        if (kept.isWhole !== true) return log.keep(roomId, kept);
        setTimeout(() => {
          void log.keep(roomId, kept).then((position) => log.recorded(roomId, position));
        }, 15 * second);
        return 0;
      },
    }),
  ),
  withLog(
    {
      name: 'truncates-before-it-is-saved',
      flaw: 'the log is cut off behind a document that has begun anew, before that is saved',
      breaks: ['no-edit-lost', 'no-change-lost'],
      settings,
      faults: crashes('server', 80, 95, 110),
    },
    (log) => ({
      async keep(roomId, kept) {
        const position = await log.keep(roomId, kept);
        if (kept.isWhole === true) log.saved(roomId, position);
        return position;
      },
    }),
  ),
  withParts(
    {
      name: 'forgets-who-is-behind',
      flaw: 'whoever comes back is sent what they lack of the new document, by what they had of the former one',
      breaks: ['replicas-converge'],
      settings,
    },
    () => {
      const generations = new Map<string, number>();
      return {
        createEditLog(ports) {
          const log = hardenedParts.createEditLog(ports);
          if (log === undefined) return undefined;
          return {
            ...log,
            keep(roomId, kept) {
              generations.set(roomId, kept.generation ?? 0);
              return log.keep(roomId, kept);
            },
          };
        },
        createCanvasServer(ports, options, parts) {
          const server = hardenedParts.createCanvasServer(ports, options, parts);
          return new Proxy(server, {
            get: (target, key, receiver) =>
              key === 'connect'
                ? (peer: Peer, hello: Hello) =>
                    server.connect(peer, {
                      ...hello,
                      get generation() {
                        return generations.get(hello.roomId) ?? 0;
                      },
                    })
                : Reflect.get(target, key, receiver),
          });
        },
      };
    },
  ),
  withParts(
    {
      name: 'late-edits-dropped',
      flaw: 'whoever finds that the document has begun anew begins anew, and what was not sent is gone',
      breaks: ['history-complete', 'no-change-lost', 'no-edit-lost'],
      settings,
    },
    () => ({
      createReplica(...given) {
        const replica = hardenedParts.createReplica(...given);
        const receive = replica.receive.bind(replica);
        replica.receive = (update, generation) => {
          if (generation !== replica.generation) {
            replica.acknowledge(replica.unacknowledged.map(({ id }) => id));
          }
          return receive(update, generation);
        };
        return replica;
      },
    }),
  ),
];
