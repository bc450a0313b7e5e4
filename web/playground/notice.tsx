import { useGraphiQL } from '@graphiql/react';
import { SIGNED_OUT } from './fetcher.ts';

/** Says why completion and documentation are missing when the server did not give its schema. */
export function Notice() {
  const fault = useGraphiQL((state) => state.fetchError);
  if (!fault) return null;
  if (fault.includes(SIGNED_OUT)) {
    return (
      <p className="notice" role="status">
        You are signed out. <a href="/graphql">Reload the page</a> to sign in again.
      </p>
    );
  }
  return (
    <p className="notice" role="status">
      The server does not show its schema, so there is no completion and no documentation here. Operations run
      all the same.
    </p>
  );
}
