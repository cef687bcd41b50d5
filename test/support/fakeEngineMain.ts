/** The backend process as it is, with the fake engine in place of ours. `FAKE_ENGINE` is the path of its script. */
import { join } from 'node:path';
import { defaultDataDirectory } from '../../backend/files/dataDirectory.ts';
import { runBackend } from '../../backend/runBackend.ts';

await runBackend({
  dataDirectory: defaultDataDirectory(process.env),
  language: 'en',
  engineCommand: [process.execPath, join(import.meta.dirname, 'fakeEngine.ts'), process.env.FAKE_ENGINE ?? ''],
});
