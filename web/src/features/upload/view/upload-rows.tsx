import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { UploadItem } from '../queue/upload-item.ts';
import { UploadRow } from './upload-row.tsx';
import styles from './upload-rows.module.css';

const ROW_HEIGHT = 68;

/** The list of files. Renders only the visible rows, so that long lists are as fast as short ones. */
export function UploadRows({ items }: { items: readonly UploadItem[] }) {
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useEffect(() => {
    const measure = () => setTop((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
    measure();
    // The content above the list changes its height.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => items[index]?.id ?? index,
  });
  return (
    <ul ref={list} className={styles['list']} style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map(({ key, index, start }) => {
        const item = items[index];
        return (
          item && (
            <li
              key={key}
              className={styles['row']}
              style={{ transform: `translateY(${start - top}px)` }}
              aria-setsize={items.length}
              aria-posinset={index + 1}
            >
              <UploadRow item={item} />
            </li>
          )
        );
      })}
    </ul>
  );
}
