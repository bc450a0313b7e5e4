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

/** Everything around a view: header, navigation, banners, footer, toasts. */
export function Frame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [path, navigate] = useLocation();
  const main = useRef<HTMLElement>(null);
  const page = pageAt(path);
  const shownPage = useRef(page);
  const [isHelpShown, setHelpShown] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  useFrameShortcuts({
    showHelp: () => setHelpShown(true),
    search: () => (search.current ? search.current.focus() : navigate(PATHS.search)),
  });
  useEffect(() => {
    // Moves the focus to a new page, so that screen readers start there. The search box keeps the focus while its results
    // are loaded.
    if (shownPage.current !== page && document.activeElement !== search.current)
      main.current?.focus({ preventScroll: true });
    shownPage.current = page;
  }, [page]);
  const alone = page === 'photo';
  return (
    <div className={styles[alone ? 'alone' : 'frame']}>
      {/* The page of a photo has no header and no navigation. */}
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
        {!alone && <Footer onShowShortcuts={() => setHelpShown(true)} />}
      </div>
      <UploadDock />
      <ToastRegion isBesideNavigation={!alone} />
      <LiveRegion />
      {isHelpShown && (
        <Suspense>
          <ShortcutSheet onClose={() => setHelpShown(false)} />
        </Suspense>
      )}
    </div>
  );
}
