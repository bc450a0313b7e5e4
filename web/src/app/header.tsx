import type { RefObject } from 'react';
import { Link } from 'wouter';
import { PATHS } from '../shared/addresses.ts';
import { UploadIndicator } from '../features/upload/view/upload-indicator.tsx';
import styles from './header.module.css';
import { SearchBox } from './search-box.tsx';
import { StorageMeter } from './storage-meter.tsx';

/** The header above every view except a photo's: name, search, uploads and storage. */
export function Header({ searchRef }: { searchRef: RefObject<HTMLInputElement | null> }) {
  return (
    <header className={styles['header']}>
      <Link href={PATHS.home} className={styles['brand'] ?? ''} aria-label="ImgStream">
        <img src="/icon.svg" alt="" width="28" height="28" />
        <span className={styles['name']}>ImgStream</span>
      </Link>
      <SearchBox inputRef={searchRef} />
      <UploadIndicator />
      <StorageMeter />
    </header>
  );
}
