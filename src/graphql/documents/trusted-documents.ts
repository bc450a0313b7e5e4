import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError } from '../../config/config.ts';
import { FaultError, badUserInput, fault } from '../types/errors.ts';

/** A "prefixed document identifier" in the draft of the specification. */
const IDENTIFIER = /^sha256:[0-9a-f]{64}$/;

/** Text of each document by its identifier, as written by GraphQL Code Generator. */
const documentMap = z.record(z.string(), z.string());

/**
 * The documents of the built web app, which requests them by identifier: `documentId: "sha256:…"`.
 * https://github.com/graphql/graphql-over-http/blob/main/spec/Appendix%20A%20--%20Persisted%20Documents.md
 */
export class TrustedDocuments {
  readonly #texts: ReadonlyMap<string, string>;

  /**
   * @param documents texts by their hexadecimal SHA-256, with or without "sha256:" before it, because generators differ
   * @param trustedOnly true if no other document may be run
   * @throws ConfigError if `trustedOnly` is true and there are no documents
   * @throws Error if a text does not match its hash
   */
  constructor(
    documents: Readonly<Record<string, string>>,
    readonly trustedOnly: boolean,
  ) {
    this.#texts = new Map(
      Object.entries(documents).map(([key, text]) => [`sha256:${key.replace(/^sha256:/, '')}`, text]),
    );
    for (const [id, text] of this.#texts)
      if (identifierOf(text) !== id)
        throw new Error(
          `The text of ${id} does not match its hash. The build is damaged; run \`npm run build\`.`,
        );
    if (trustedOnly && this.#texts.size === 0)
      throw new ConfigError([
        'TRUSTED_DOCUMENTS_ONLY: there are no trusted documents because the web app is not built; run `npm run build`',
      ]);
  }

  /**
   * Reads the documents from the file that `npm run build` writes. A missing file counts as empty.
   * @throws the same errors as the constructor, and an Error if the file is malformed
   */
  static async read(path: string, trustedOnly: boolean): Promise<TrustedDocuments> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return '{}';
    });
    return new TrustedDocuments(documentMap.parse(JSON.parse(text)), trustedOnly);
  }

  has(text: string): boolean {
    return this.#texts.has(identifierOf(text));
  }

  /**
   * Returns the text of the document to run: `query`, or the document with the identifier `documentId`.
   * @throws FaultError with the code BAD_USER_INPUT or FORBIDDEN and a message that states how to correct the request
   */
  resolve(documentId: unknown, query: string): string {
    if (documentId == null) return this.#allowed(query);
    if (query) throw badUserInput('Send `documentId` or `query`, not both.');
    if (typeof documentId !== 'string' || !IDENTIFIER.test(documentId))
      throw badUserInput(
        '`documentId` must be "sha256:" followed by the SHA-256 of a document as 64 hexadecimal digits.',
      );
    const text = this.#texts.get(documentId);
    if (text === undefined) throw new UnknownDocumentError();
    return text;
  }

  #allowed(query: string): string {
    if (!this.trustedOnly || this.has(query)) return query;
    throw fault(
      'FORBIDDEN',
      "This server runs only the web app's documents (TRUSTED_DOCUMENTS_ONLY=true). Send the `documentId` of one of them.",
    );
  }
}

/** Happens when a page was opened before an update of the service. The page must be reloaded. */
class UnknownDocumentError extends FaultError {
  constructor() {
    super(
      'BAD_USER_INPUT',
      'No document has this `documentId`. Reload the page, or send the document as `query`.',
      { reason: 'UNKNOWN_DOCUMENT' },
    );
  }
}

function identifierOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
