import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { parse, specifiedRules, validate } from 'graphql';
import { LIMIT_RULES } from '../src/graphql/limits/validation-rules.ts';
import { sha256, startApp, type TestApp } from './support/app.ts';
import { assertScriptSize, initialScripts } from './support/initial-scripts.ts';

const DIST = join(import.meta.dirname, '../dist');

/** The limit for the gzipped scripts that load before the gallery shows anything. */
const MAX_BYTES = 200 * 1024;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  app.client.fetch(path, { headers: { 'accept-encoding': 'identity', ...headers } });

it('loads at most 200 KiB of scripts before the gallery shows anything', async () => {
  assertScriptSize(await initialScripts(join(DIST, 'public')), MAX_BYTES);
});

it('has no inline scripts or styles, and serves every file that its page references', async () => {
  const response = await get('/', { accept: 'text/html' });
  const page = (await response.text()).replaceAll(/<!--[^]*?-->/g, '');
  expect(page).not.toMatch(/<style|<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=/);
  const files = [...page.matchAll(/\s(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) {
    expect(file).toMatch(/^\/[^/]/);
    expect([file, (await get(file)).status]).toEqual([file, 200]);
  }
});

it('serves its scripts compressed and permanently cacheable', async () => {
  const [script] = await initialScripts(join(DIST, 'public'));
  const response = await get(`/${script?.file}`, { 'accept-encoding': 'br' });
  expect(response.headers.get('content-encoding')).toBe('br');
  expect(response.headers.get('cache-control')).toContain('immutable');
});

it('has only documents that the schema and the limits accept', async () => {
  const map: Record<string, string> = JSON.parse(
    await readFile(join(DIST, 'persisted-documents.json'), 'utf8'),
  );
  const { schema } = app.nest.get(GraphQLSchemaHost);
  const documents = Object.entries(map);
  expect(documents.length).toBeGreaterThan(5);
  for (const [id, text] of documents) {
    expect(id).toContain(sha256(Buffer.from(text)));
    expect(validate(schema, parse(text), [...specifiedRules, ...LIMIT_RULES])).toEqual([]);
  }
});
