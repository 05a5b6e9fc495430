import { runScenario, type RunRecord } from '@firedrill/core/scenario';
import { plainView } from '@firedrill/core/report';
import { example } from './example.ts';
