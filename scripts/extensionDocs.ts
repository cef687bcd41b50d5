/** Writes docs/extension.md from the manifest. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extensionPage } from './extensionPage.ts';

writeFileSync(join(import.meta.dirname, '../docs/extension.md'), extensionPage());
