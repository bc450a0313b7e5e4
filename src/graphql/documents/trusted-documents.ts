import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError } from '../../config/config.ts';
import { FaultError, badUserInput, fault } from '../types/errors.ts';

/** What the draft calls a prefixed document identifier. */
const IDENTIFIER = /^sha256:[0-9a-f]{64}$/;

/** Identifier and text of each document, as GraphQL Code Generator writes them. */
const documentMap = z.record(z.string(), z.string());

/**
 * The documents that the web app was built with, which it sends by name: `documentId: "sha256:…"`.
 * https://github.com/graphql/graphql-over-http/blob/main/spec/Appendix%20A%20--%20Persisted%20Documents.md
 */
export class TrustedDocuments {
  readonly #texts: ReadonlyMap<string, string>;

  /**
   * @param documents by the SHA-256 of their texts, hex, with "sha256:" before it or without, as generators differ.
   * @param only whether no other document may be run.
   * @throws ConfigError where there are none and no other may be run, and an Error where a text has another hash.
   */
  constructor(
    documents: Readonly<Record<string, string>>,
    readonly only: boolean,
  ) {
    this.#texts = new Map(
      Object.entries(documents).map(([key, text]) => [`sha256:${key.replace(/^sha256:/, '')}`, text]),
    );
    for (const [id, text] of this.#texts)
      if (identifierOf(text) !== id)
        throw new Error(`The text of ${id} has another hash: the build is damaged; run \`npm run build\`.`);
    if (only && this.#texts.size === 0)
      throw new ConfigError([
        'TRUSTED_DOCUMENTS_ONLY: there is no document to trust, because the web app is not built; run `npm run build`',
      ]);
  }

  /** Those that `npm run build` left in a file; none where there is no such file. Throws as the constructor does. */
  static async read(path: string, only: boolean): Promise<TrustedDocuments> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return '{}';
    });
    return new TrustedDocuments(documentMap.parse(JSON.parse(text)), only);
  }

  has(text: string): boolean {
    return this.#texts.has(identifierOf(text));
  }

  /**
   * The text that a request asks to run: `query`, or the one that `documentId` names.
   * @throws a fault of the code BAD_USER_INPUT or FORBIDDEN that says what to send instead.
   */
  resolve(documentId: unknown, query: string): string {
    if (documentId == null) return this.#allowed(query);
    if (query) throw badUserInput('Send `documentId` or `query`, not both.');
    if (typeof documentId !== 'string' || !IDENTIFIER.test(documentId))
      throw badUserInput('`documentId` must be "sha256:" and the SHA-256 of a document, as 64 hex digits.');
    const text = this.#texts.get(documentId);
    if (text === undefined) throw new UnknownDocumentError();
    return text;
  }

  #allowed(query: string): string {
    if (!this.only || this.has(query)) return query;
    throw fault(
      'FORBIDDEN',
      "Only the web app's own documents are run here (TRUSTED_DOCUMENTS_ONLY=true): send the `documentId` of one of them.",
    );
  }
}

/** The page was open before an update: it has to be loaded again. */
class UnknownDocumentError extends FaultError {
  constructor() {
    super(
      'BAD_USER_INPUT',
      'There is no document of this `documentId`: load the page again, or send the document as `query`.',
      { reason: 'UNKNOWN_DOCUMENT' },
    );
  }
}

function identifierOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
