import { useGraphiQL } from '@graphiql/react';
import { SIGNED_OUT } from './fetcher.ts';

/** Explains why completion and documentation are missing if the schema could not be loaded. */
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
      The schema could not be loaded, so completion and documentation are not available. Operations still
      work.
    </p>
  );
}
