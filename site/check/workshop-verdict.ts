import { rehearse } from '../../packages/core/src/workshop/index.ts';
import { loadIncident, twinFile } from '../../workshop/src/incidents.ts';
import { systemOf } from '../../workshop/src/judge-on-stage.ts';

// Prints what the workshop finds of the problem of an exercise: a process of its own, since the simulation
// takes the clock of the whole process.
const [name = '', exercise = ''] = process.argv.slice(2);
const incident = await loadIncident(name);
const module: unknown = await import(twinFile({ incident: name, exercise }, 'problem'));
const { rules } = await rehearse({
  incident,
  exercise,
  implementation: systemOf(module, 'yours'),
  seed: 1,
});
console.log(JSON.stringify(rules));
