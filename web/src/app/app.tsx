import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../shared/api/query-client.ts';
import { useAppearance } from './appearance.ts';
import { useFirstTimeZone } from './first-time-zone.ts';
import { Frame } from './frame.tsx';
import { Pages } from './pages.tsx';

/** The root component: the query client, the locale of React Aria, and the frame with the current view. */
export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <Shell />
    </QueryClientProvider>
  );
}

function Shell() {
  const { i18n } = useTranslation();
  useAppearance();
  useFirstTimeZone();
  useEffect(() => {
    let stop: (() => void) | undefined;
    let isUnmounted = false;
    // Loaded separately, so that it does not delay the first pictures.
    const start = async () => {
      const { followLibrary } = await import('../shared/api/library-changes.ts');
      if (!isUnmounted) stop = followLibrary();
    };
    void start();
    return () => {
      isUnmounted = true;
      stop?.();
    };
  }, []);
  return (
    <I18nProvider locale={i18n.language}>
      <Frame>
        <Pages />
      </Frame>
    </I18nProvider>
  );
}
