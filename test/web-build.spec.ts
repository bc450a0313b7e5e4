import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { parse, specifiedRules, validate } from 'graphql';
import { LIMIT_RULES } from '../src/graphql/limits/validation-rules.ts';
import { sha256, startApp, type TestApp } from './support/app.ts';
import { assertScriptSize, initialScripts } from './support/initial-scripts.ts';

const DIST = join(import.meta.dirname, '../dist');

/** Gzipped, before the gallery shows anything. */
const MAX_BYTES = 200 * 1024;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  app.client.fetch(path, { headers: { 'accept-encoding': 'identity', ...headers } });

it('begins the gallery with 200 KB of script at most', async () => {
  assertScriptSize(await initialScripts(join(DIST, 'public')), MAX_BYTES);
});

it('has no script or style in its page, and finds every file that its page names', async () => {
  const answer = await get('/', { accept: 'text/html' });
  const page = (await answer.text()).replaceAll(/<!--[^]*?-->/g, '');
  expect(page).not.toMatch(/<style|<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=/);
  const files = [...page.matchAll(/\s(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) {
    expect(file).toMatch(/^\/[^/]/);
    expect([file, (await get(file)).status]).toEqual([file, 200]);
  }
});

it('sends its scripts packed, and to be kept for good', async () => {
  const [script] = await initialScripts(join(DIST, 'public'));
  const response = await get(`/${script?.file}`, { 'accept-encoding': 'br' });
  expect(response.headers.get('content-encoding')).toBe('br');
  expect(response.headers.get('cache-control')).toContain('immutable');
});

it('has no document that the schema or the limits would refuse', async () => {
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
