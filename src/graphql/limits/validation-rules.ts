import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import { GraphQLError, type ValidationContext, type ValidationRule } from 'graphql';
import { LIMITS } from './limits.ts';

/** Reports an error like other validation rules. A thrown error would be returned as an internal error. */
const reporting = {
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, { message }: Error) =>
      context?.reportError(new GraphQLError(message.replace(/^Syntax Error: /, ''))),
  ],
};

/** Limits that depend only on the document, for HTTP and WebSocket. The document must be valid. */
export const LIMIT_RULES: readonly ValidationRule[] = [
  // Fragments are expanded first. graphql-js has a separate depth rule for introspection.
  maxDepthRule({ n: LIMITS.depth, flattenFragments: true, ignoreIntrospection: true, ...reporting }),
  maxAliasesRule({ n: LIMITS.aliases, allowList: [], ...reporting }),
  maxDirectivesRule({ n: LIMITS.directives, ...reporting }),
];
