import { type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { pageAt, PATHS } from '../shared/addresses.ts';
import { lazyView } from '../shared/ui/lazy-view.tsx';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { UploadDock } from '../features/upload/view/upload-dock.tsx';
import { LiveRegion } from '../shared/ui/live-region.tsx';
import { ToastRegion } from '../shared/ui/toast.tsx';
import { Banners } from './banners.tsx';
import { Footer } from './footer.tsx';
import styles from './frame.module.css';
import { useFrameShortcuts } from './frame-shortcuts.ts';
import { Header } from './header.tsx';
import { Navigation } from './navigation.tsx';

const ShortcutSheet = lazyView(() => import('./shortcut-sheet.tsx'));

/** What stands round every view. */
export function Frame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [path, navigate] = useLocation();
  const main = useRef<HTMLElement>(null);
  const page = pageAt(path);
  const shownPage = useRef(page);
  const [helps, setHelps] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  useFrameShortcuts({
    showHelp: () => setHelps(true),
    search: () => (search.current ? search.current.focus() : navigate(PATHS.search)),
  });
  useEffect(() => {
    // A new page is read from its beginning; the search box keeps the focus while its results arrive.
    if (shownPage.current !== page && document.activeElement !== search.current)
      main.current?.focus({ preventScroll: true });
    shownPage.current = page;
  }, [page]);
  const alone = page === 'photo';
  return (
    <div className={styles[alone ? 'alone' : 'frame']}>
      {/* A photo is seen with nothing round it. */}
      {!alone && (
        <>
          <a href="#main" className={styles['skip']}>
            {t('skip')}
          </a>
          <Header searchRef={search} />
          <Navigation />
        </>
      )}
      <div className={styles['content']}>
        <Banners />
        <main id="main" ref={main} tabIndex={-1} className={styles['main']}>
          {children}
        </main>
        {!alone && <Footer onShowShortcuts={() => setHelps(true)} />}
      </div>
      <UploadDock />
      <ToastRegion isBesideNavigation={!alone} />
      <LiveRegion />
      {helps && (
        <Suspense>
          <ShortcutSheet onClose={() => setHelps(false)} />
        </Suspense>
      )}
    </div>
  );
}
