import { useEffect, useState } from 'react';
import { droppedFiles, looseFiles } from './chosen-files.ts';
import { uploadFiles } from './upload-files.ts';
import { prepareUploads } from '../queue/uploads.ts';

/** Takes files that are dropped or pasted anywhere on the page. Gives whether some are being dragged over it. */
export function useArrivals(): boolean {
  const [isDraggedOver, setDraggedOver] = useState(false);
  useEffect(() => {
    const listening = new AbortController();
    const on = <Type extends keyof WindowEventMap>(
      type: Type,
      listen: (event: WindowEventMap[Type]) => void,
    ) => window.addEventListener(type, listen, { signal: listening.signal });
    // A picture of this page that is dragged looks like a file that is brought.
    let isOurs = false;
    on('dragstart', () => (isOurs = true));
    on('dragend', () => (isOurs = false));
    on('dragenter', (event) => {
      if (isOurs || !bringsFiles(event)) return;
      event.preventDefault();
      setDraggedOver(true);
      void prepareUploads();
    });
    on('dragover', (event) => {
      if (isOurs || !bringsFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    });
    // From one element to the next is no leaving: then there is where it goes.
    on('dragleave', (event) => event.relatedTarget === null && setDraggedOver(false));
    on('drop', (event) => {
      setDraggedOver(false);
      if (isOurs || !bringsFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      void uploadFiles(droppedFiles(event.dataTransfer));
    });
    on('paste', (event) => {
      const files = event.clipboardData?.files;
      // Text beside a picture of it, as spreadsheets give, belongs into the field that it is pasted to.
      if (
        !files ||
        files.length === 0 ||
        (isWritten(event) && event.clipboardData?.types.includes('text/plain'))
      )
        return;
      event.preventDefault();
      void uploadFiles([looseFiles(files)]);
    });
    return () => listening.abort();
  }, []);
  return isDraggedOver;
}

function bringsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}

function isWritten({ target }: Event): boolean {
  return target instanceof Element && target.closest('input, textarea, [contenteditable=true]') !== null;
}
