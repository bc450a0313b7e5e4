import { useEffect, useState } from 'react';
import { chosenFiles, droppedFiles } from './chosen-files.ts';
import { uploadFiles } from './upload-files.ts';
import { prepareUploads } from '../queue/uploads.ts';

/** Uploads files that are dropped or pasted anywhere on the page. Returns whether files are being dragged over it. */
export function useDropAndPaste(): boolean {
  const [isDraggedOver, setDraggedOver] = useState(false);
  useEffect(() => {
    const listening = new AbortController();
    const on = <Type extends keyof WindowEventMap>(
      type: Type,
      listen: (event: WindowEventMap[Type]) => void,
    ) => window.addEventListener(type, listen, { signal: listening.signal });
    // While an image of this page is dragged, the browser reports the same types as for a file.
    let isOurs = false;
    on('dragstart', () => (isOurs = true));
    on('dragend', () => (isOurs = false));
    on('dragenter', (event) => {
      if (isOurs || !hasFiles(event)) return;
      event.preventDefault();
      setDraggedOver(true);
      void prepareUploads();
    });
    on('dragover', (event) => {
      if (isOurs || !hasFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    });
    // If there is no related target, the pointer has left the window and not only an element.
    on('dragleave', (event) => event.relatedTarget === null && setDraggedOver(false));
    on('drop', (event) => {
      setDraggedOver(false);
      if (isOurs || !hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      void uploadFiles(droppedFiles(event.dataTransfer));
    });
    on('paste', (event) => {
      const files = event.clipboardData?.files;
      // Spreadsheets add an image to copied text. In a text field, the text is pasted.
      if (
        !files ||
        files.length === 0 ||
        (isInTextField(event) && event.clipboardData?.types.includes('text/plain'))
      )
        return;
      event.preventDefault();
      void uploadFiles([chosenFiles(files)]);
    });
    return () => listening.abort();
  }, []);
  return isDraggedOver;
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}

function isInTextField({ target }: Event): boolean {
  return target instanceof Element && target.closest('input, textarea, [contenteditable=true]') !== null;
}
