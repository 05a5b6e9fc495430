#!/usr/bin/env node
import { viewTool } from './view-tool.ts';

await viewTool();
