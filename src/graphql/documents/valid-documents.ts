import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { LIMITS } from '../limits/limits.ts';
import type { TrustedDocuments } from './trusted-documents.ts';
import type { ErrorCode } from '../types/errors.ts';
import { LIMIT_RULES } from '../limits/validation-rules.ts';

/** A document or its variables are invalid. `errors` is sent to the client. */
export class InvalidOperationError extends Error {
  constructor(readonly errors: GraphQLError[]) {
    super('The operation is invalid.');
  }
}

/** Parses and validates documents of subscriptions, which Apollo does not handle, by the same rules as Apollo. */
export class ValidDocuments {
  /** Trusted documents that were requested before. Bounded, because the number of trusted documents is. */
  readonly #cache = new Map<string, DocumentNode>();
  readonly #validateOptions: { hideSuggestions: boolean };

  /** @param production true to omit suggestions of field names from error messages */
  constructor(
    readonly schema: GraphQLSchema,
    private readonly trusted: TrustedDocuments,
    { production }: { production: boolean },
  ) {
    this.#validateOptions = { hideSuggestions: production };
  }

  /**
   * Returns the document of a message: `query`, or the one with the identifier `extensions.documentId`.
   * @throws InvalidOperationError if the document is invalid
   * @throws FaultError if the document is unknown or not allowed
   */
  read({ query, extensions }: SubscribePayload): DocumentNode {
    const documentId = extensions?.['documentId'];
    const text = this.trusted.resolve(documentId, query);
    const cached = this.#cache.get(text);
    if (cached) return cached;
    const document = this.#validated(text);
    if (this.trusted.has(text)) this.#cache.set(text, document);
    return document;
  }

  #validated(text: string): DocumentNode {
    const document = parsed(text);
    throwIfInvalid(
      'GRAPHQL_VALIDATION_FAILED',
      validate(this.schema, document, specifiedRules, this.#validateOptions),
    );
    throwIfInvalid('GRAPHQL_VALIDATION_FAILED', validate(this.schema, document, LIMIT_RULES));
    return document;
  }
}

function parsed(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: LIMITS.tokens });
  } catch (error) {
    throw new InvalidOperationError([withCode('GRAPHQL_PARSE_FAILED', asGraphQLError(error))]);
  }
}

/** @throws InvalidOperationError if `errors` is not empty */
export function throwIfInvalid(code: ErrorCode, errors: readonly GraphQLError[] = []): void {
  if (errors.length > 0) throw new InvalidOperationError(errors.map((error) => withCode(code, error)));
}

function withCode(code: ErrorCode, error: GraphQLError): GraphQLError {
  const { message, nodes, source, positions } = error;
  return new GraphQLError(message, { nodes, source, positions, originalError: error, extensions: { code } });
}

export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}
