import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import { GraphQLError, type ValidationContext, type ValidationRule } from 'graphql';
import { LIMITS } from './limits.ts';

/** Reports, as every other rule does, instead of throwing, which would be answered as an internal error. */
const reporting = {
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, { message }: Error) =>
      context?.reportError(new GraphQLError(message.replace(/^Syntax Error: /, ''))),
  ],
};

/** The limits that a document alone decides, over HTTP and over WebSocket. They need a document that is valid. */
export const LIMIT_RULES: readonly ValidationRule[] = [
  // Fragments count as what they stand for. Introspection has a rule of depth of its own in graphql-js.
  maxDepthRule({ n: LIMITS.depth, flattenFragments: true, ignoreIntrospection: true, ...reporting }),
  maxAliasesRule({ n: LIMITS.aliases, allowList: [], ...reporting }),
  maxDirectivesRule({ n: LIMITS.directives, ...reporting }),
];
