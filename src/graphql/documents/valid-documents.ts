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

/** A document or its variables are not as they must be: what a client is told. */
export class InvalidOperation extends Error {
  constructor(readonly errors: GraphQLError[]) {
    super('The operation is not valid.');
  }
}

/** The documents of subscriptions, which Apollo does not see: parsed, and held to the rules that it holds its own to. */
export class ValidDocuments {
  /** The trusted ones that were asked for, of which there are only so many. */
  readonly #kept = new Map<string, DocumentNode>();
  readonly #hiding: { hideSuggestions: boolean };

  /** @param production without suggestions of what a field may be called. */
  constructor(
    readonly schema: GraphQLSchema,
    private readonly trusted: TrustedDocuments,
    { production }: { production: boolean },
  ) {
    this.#hiding = { hideSuggestions: production };
  }

  /**
   * The document of a message: `query`, or the one that `extensions.documentId` names.
   * @throws InvalidOperation, or a fault.
   */
  read({ query, extensions }: SubscribePayload): DocumentNode {
    const documentId = extensions?.['documentId'];
    const text = this.trusted.resolve(documentId, query);
    const kept = this.#kept.get(text);
    if (kept) return kept;
    const document = this.#validated(text);
    if (this.trusted.has(text)) this.#kept.set(text, document);
    return document;
  }

  #validated(text: string): DocumentNode {
    const document = parsed(text);
    refuseInvalid('GRAPHQL_VALIDATION_FAILED', validate(this.schema, document, specifiedRules, this.#hiding));
    refuseInvalid('GRAPHQL_VALIDATION_FAILED', validate(this.schema, document, LIMIT_RULES));
    return document;
  }
}

function parsed(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: LIMITS.tokens });
  } catch (error) {
    throw new InvalidOperation([coded('GRAPHQL_PARSE_FAILED', asGraphQLError(error))]);
  }
}

/** @throws InvalidOperation where there are errors. */
export function refuseInvalid(code: ErrorCode, errors: readonly GraphQLError[] = []): void {
  if (errors.length > 0) throw new InvalidOperation(errors.map((error) => coded(code, error)));
}

function coded(code: ErrorCode, error: GraphQLError): GraphQLError {
  const { message, nodes, source, positions } = error;
  return new GraphQLError(message, { nodes, source, positions, originalError: error, extensions: { code } });
}

export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}
