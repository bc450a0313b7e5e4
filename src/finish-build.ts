import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packFiles } from './web/pack-files.ts';

// The end of `npm run build`: what the service needs to know of the web app, and its files as they are sent.
const ROOT = join(import.meta.dirname, '..');
const PUBLIC = join(ROOT, 'dist/public');
const DOCUMENTS = join(ROOT, 'web/src/shared/api/generated/persisted-documents.json');

if (existsSync(PUBLIC)) {
  await copyFile(DOCUMENTS, join(ROOT, 'dist/persisted-documents.json'));
  await packFiles(PUBLIC);
}
