import { Search, X } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useSearchParams } from 'wouter';
import { pageAt, searchAddress } from '../shared/addresses.ts';
import { isComposing } from '../shared/keyboard/composing.ts';
import styles from './search-box.module.css';

/** A search starts when the user has not typed for this long. */
const TYPING_MS = 180;

/** Searches while the user types, but not while an input method composes a word. */
export function SearchBox({ inputRef }: { inputRef: RefObject<HTMLInputElement | null> }) {
  const { t } = useTranslation();
  const [path, navigate] = useLocation();
  const [parameters] = useSearchParams();
  const isSearchPage = pageAt(path) === 'search';
  const searched = isSearchPage ? (parameters.get('q') ?? '') : '';
  const [text, setText] = useState(searched);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const composing = useRef(false);
  const shown = useRef(searched);

  useEffect(() => {
    // Follows navigation (back, forward, a link to a search), but not the navigation that typing itself causes.
    if (searched !== shown.current) setText(searched);
    shown.current = searched;
  }, [searched]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const search = (words: string) => {
    clearTimeout(timer.current);
    shown.current = words.trim();
    if (words.trim() === '' && !isSearchPage) return;
    navigate(searchAddress(words.trim()), { replace: isSearchPage });
  };
  const type = (words: string) => {
    setText(words);
    clearTimeout(timer.current);
    if (!composing.current) timer.current = setTimeout(() => search(words), TYPING_MS);
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === 'Enter') search(text);
    if (event.key === 'Escape' && text !== '') type('');
    else if (event.key === 'Escape') event.currentTarget.blur();
  };
  return (
    <div role="search" className={styles['box']}>
      <Search aria-hidden className={styles['icon'] ?? ''} />
      <input
        ref={inputRef}
        type="search"
        enterKeyHint="search"
        autoComplete="off"
        maxLength={200}
        className={styles['input']}
        aria-label={t('search.label')}
        placeholder={t('search.label')}
        value={text}
        onChange={(event) => type(event.target.value)}
        onCompositionStart={() => (composing.current = true)}
        onCompositionEnd={(event) => {
          composing.current = false;
          type(event.currentTarget.value);
        }}
        onKeyDown={press}
      />
      {text !== '' && (
        <button
          type="button"
          className={styles['clear']}
          aria-label={t('search.clear')}
          onClick={() => {
            type('');
            inputRef.current?.focus();
          }}
        >
          <X aria-hidden />
        </button>
      )}
    </div>
  );
}
