import type { GraphiQLPlugin } from '@graphiql/react';
import { chooseFiles, useChosenFiles } from './chosen-files.ts';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];

/** Bytes as a person reads them: 1.5 MB. */
function size(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const format = new Intl.NumberFormat('en', {
    style: 'unit',
    unit: UNITS[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: 1,
  });
  return format.format(bytes / 1000 ** power);
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
        The files you choose here are sent as the variable <code>files</code> of an operation that takes
        uploads.
      </p>
      <label className="files-choose">
        <input
          type="file"
          multiple
          onChange={(event) => {
            chooseFiles([...files, ...(event.target.files ?? [])]);
            // The same file may be chosen again after it was removed.
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
                <span className="files-size">{size(file.size)}</span>
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
              {files.length === 1 ? '1 file' : `${files.length} files`}, {size(total)}
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
