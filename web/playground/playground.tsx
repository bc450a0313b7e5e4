import { DOC_EXPLORER_PLUGIN } from '@graphiql/plugin-doc-explorer';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { EditorOptions } from './editor-options.tsx';
import { EXAMPLES } from './examples.ts';
import { fetcher } from './fetcher.ts';
import { FILES_PLUGIN } from './files-plugin.tsx';
import { Notice } from './notice.tsx';

const PLUGINS = [FILES_PLUGIN, HISTORY_PLUGIN];

export const Playground = () => (
  <GraphiQL
    fetcher={fetcher}
    defaultTabs={EXAMPLES}
    defaultEditorToolsVisibility="variables"
    plugins={PLUGINS}
    referencePlugin={DOC_EXPLORER_PLUGIN}
    inputValueDeprecation
    schemaDescription
    showPersistHeadersSettings={false}
  >
    <GraphiQL.Logo>
      <a className="graphiql-logo-link" href="/">
        ImgStream
      </a>
    </GraphiQL.Logo>
    <EditorOptions />
    <GraphiQL.Footer>
      <Notice />
    </GraphiQL.Footer>
  </GraphiQL>
);
