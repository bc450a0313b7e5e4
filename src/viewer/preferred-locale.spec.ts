import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import express from 'express';
import request from 'supertest';
import { preferredLocale } from './preferred-locale.ts';

const app = express().use((req, res) => res.send(preferredLocale(req)));

it.each([
  ['ja', 'ja'],
  ['ja-JP,en;q=0.8', 'ja'],
  ['en-GB,ja;q=0.9', 'en'],
  ['fr-FR,fr;q=0.9,ja;q=0.5,en;q=0.1', 'ja'],
  ['fr', 'en'],
  ['*', 'en'],
  ['ja;q=0', 'en'],
  ['', 'en'],
  [';;q=,,', 'en'],
])('preferredLocale selects for the header %j the locale %s', async (header, locale) => {
  const { text } = await request(app).get('/').set('Accept-Language', header);
  expect(text).toBe(locale);
});

it('preferredLocale returns English for a request that did not pass through Express and for undefined', () => {
  expect(preferredLocale(new IncomingMessage(new Socket()))).toBe('en');
  expect(preferredLocale(undefined)).toBe('en');
});
