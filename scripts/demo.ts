/**
 * `npm run demo`: the tutorial, from a data file to a tuned model that answers, with real numbers. It keeps its data in
 * a folder of the project, so that a person's own data stays as it is; TATARA_HOME moves it elsewhere.
 */
import { join, relative } from 'node:path';
import { main } from '../backend/cli/main.ts';

const root = join(import.meta.dirname, '..');
process.env.TATARA_HOME ||= join(root, '.tatara/demo');
const home = relative(process.cwd(), process.env.TATARA_HOME) || '.';
const command = process.platform === 'win32' ? 'node bin\\tatara.mjs' : `TATARA_HOME=${home} node bin/tatara.mjs`;
process.exitCode = await main(['tutorial', ...process.argv.slice(2)], command);
