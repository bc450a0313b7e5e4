import type { GraphiQLPlugin } from '@graphiql/react';
import { chooseFiles, useChosenFiles } from './chosen-files.ts';

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB'];

/** Formats a size in bytes with a binary unit, such as 1.5 MiB. */
function formatSize(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), UNITS.length - 1);
  const amount = new Intl.NumberFormat('en', { maximumFractionDigits: 1 }).format(bytes / 1024 ** power);
  return `${amount} ${bytes === 1 ? 'byte' : UNITS[power]}`;
}

const Icon = () => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round">
    <path d="m20 11-8.6 8.6a5.3 5.3 0 0 1-7.5-7.5L12.6 3.4a3.5 3.5 0 0 1 5 5l-8.7 8.7a1.8 1.8 0 0 1-2.5-2.5l8-8" />
  </svg>
);

function Panel() {
  const files = useChosenFiles();
  const total = files.reduce((sum, file) => sum + file.size, 0);
  return (
    <section className="files" aria-label="Files">
      <h2 className="files-title">Files</h2>
      <p>
        The files you choose here are sent as the <code>Upload</code> variable of an operation, such as{' '}
        <code>files</code>.
      </p>
      <label className="files-choose">
        <input
          type="file"
          multiple
          onChange={(event) => {
            chooseFiles([...files, ...(event.target.files ?? [])]);
            // Resets the input so that a removed file can be chosen again.
            event.target.value = '';
          }}
        />
        <span>
          <strong>Choose files</strong> or drop them here
        </span>
      </label>
      {files.length > 0 && (
        <>
          <ol className="files-list">
            {files.map((file, index) => (
              <li key={`${index} ${file.name}`}>
                <span className="files-name" title={file.name}>
                  {file.name}
                </span>
                <span className="files-size">{formatSize(file.size)}</span>
                <button
                  type="button"
                  aria-label={`Remove ${file.name}`}
                  onClick={() => chooseFiles(files.filter((_, other) => other !== index))}
                >
                  ×
                </button>
              </li>
            ))}
          </ol>
          <p className="files-total">
            <output>
              {files.length === 1 ? '1 file' : `${files.length} files`}, {formatSize(total)}
            </output>
            <button type="button" onClick={() => chooseFiles([])}>
              Remove all
            </button>
          </p>
        </>
      )}
    </section>
  );
}

export const FILES_PLUGIN: GraphiQLPlugin = { title: 'Files', icon: Icon, content: Panel };
