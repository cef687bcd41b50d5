/** The backend process. Everything that it takes from its environment, it takes here. */
import { defaultDataDirectory } from './files/dataDirectory.ts';
import { runBackend } from './runBackend.ts';

await runBackend({
  dataDirectory: defaultDataDirectory(process.env),
  language: process.env.TATARA_LANGUAGE === 'ja' ? 'ja' : 'en',
});
