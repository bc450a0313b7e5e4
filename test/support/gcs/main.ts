import { parseArgs } from 'node:util';
import { GcsServer } from './server.ts';

const USAGE = `Starts a local Google Cloud Storage server that stores its objects in a folder.

  node test/support/gcs/main.ts --folder FOLDER [--port PORT] [--bucket NAME]... [--allow-origin URL]... [--require-token]

--allow-origin allows pages of that origin to use signed URLs of the buckets, by setting their CORS configuration.`;

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    port: { type: 'string', default: '9023' },
    bucket: { type: 'string', multiple: true, default: [] },
    'allow-origin': { type: 'string', multiple: true, default: [] },
    'require-token': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || values.folder === undefined) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 1);
}

const server = await GcsServer.start({
  folder: values.folder,
  port: Number(values.port),
  buckets: values.bucket,
  requireToken: values['require-token'],
});
if (values['allow-origin'].length > 0)
  for (const bucket of values.bucket)
    await server.setBucket(bucket, {
      cors: [
        {
          origin: values['allow-origin'],
          method: ['GET', 'HEAD', 'PUT', 'POST'],
          responseHeader: [
            'Content-Type',
            'Content-MD5',
            'ETag',
            'Range',
            'x-goog-content-length-range',
            'x-goog-hash',
            'x-goog-if-generation-match',
            'x-goog-resumable',
          ],
          maxAgeSeconds: 3600,
        },
      ],
    });

const stop = () => void server.close();
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

console.log(`Google Cloud Storage for tests: ${server.url}`);
console.log(`Key file of its service account: ${server.keyFile}`);
