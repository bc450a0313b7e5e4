import type { CodegenConfig } from '@graphql-codegen/cli';

/** Generates the types of the operations in *.graphql, and a map from SHA-256 to text. The app sends only the hash. */
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
