import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compressFiles } from './web/compress-files.ts';

// Last step of `npm run build`: copies the documents that the service trusts, and compresses the web app's files.
const ROOT = join(import.meta.dirname, '..');
const PUBLIC = join(ROOT, 'dist/public');
const DOCUMENTS = join(ROOT, 'web/src/shared/api/generated/persisted-documents.json');

if (existsSync(PUBLIC)) {
  await copyFile(DOCUMENTS, join(ROOT, 'dist/persisted-documents.json'));
  await compressFiles(PUBLIC);
}
