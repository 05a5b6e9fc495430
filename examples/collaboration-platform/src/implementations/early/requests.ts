import type { Edit, Role, Shapes } from '../../domain.ts';
import { type Context, processes } from '../../system.ts';
import type { Person } from '../../world/people.ts';

/** What the server does for the pages of weeks 1 and 2: it answers requests. */
export interface RequestServer {
  /** Lets a person in, and gives their role and the canvas. */
  enter(person: Person): Promise<{ readonly role: Role; readonly canvas: Shapes }>;
  act(person: Person, edit: Edit): Promise<void>;
  leave(person: Person): void;
}

const isRequestServer = (server: object): server is RequestServer =>
  'enter' in server && 'act' in server;

/** The server of these weeks as their pages reach it; in its own process it begins to serve. */
export function reachRequests({ outside, process }: Context, own: RequestServer): RequestServer {
  const { devices } = outside;
  if (process.index === processes.server) devices.serve(own);
  return {
    enter: (person) => devices.ask(isRequestServer, (server) => server.enter(person)),
    act: (person, edit) => devices.ask(isRequestServer, (server) => server.act(person, edit)),
    leave: (person) => devices.tell(isRequestServer, (server) => server.leave(person)),
  };
}
