import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types of the documents in *.graphql, and the text of each by its SHA-256, which is all that is sent of it. */
const config: CodegenConfig = {
  schema: '../schema.graphql',
  documents: 'src/**/*.graphql',
  ignoreNoDocuments: true,
  generates: {
    'src/shared/api/generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: {
          mode: 'replaceDocumentWithHash',
          hashAlgorithm: 'sha256',
          hashPropertyName: 'hash',
        },
      },
      config: {
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        scalars: {
          ByteSize: 'number',
          DateTime: 'string',
          JSON: 'unknown',
          LocalDateTime: 'string',
          Upload: 'File',
        },
      },
    },
  },
};

export default config;
