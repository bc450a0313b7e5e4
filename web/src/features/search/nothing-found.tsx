import { useTranslation } from 'react-i18next';
import { searchAddress } from '../../shared/addresses.ts';
import { TextLink } from '../../shared/ui/text-link.tsx';
import styles from './suggestions.module.css';
import { TagWords } from './suggestions.tsx';

/** At most this many words of the query are offered as separate searches. */
const MAX_WORDS = 6;

/** Suggestions for a query without results: each of its words as a search, and the most used tags. */
export function NothingFound({ words }: { words: string }) {
  const { t } = useTranslation('search');
  const single = [...new Set(words.split(/\s+/))].slice(0, MAX_WORDS);
  return (
    <div className={styles['suggestions']}>
      <div className={styles['group']}>
        <h2 className={styles['heading']}>{t('nothing.title', { words })}</h2>
        <p className={styles['advice']}>{t('nothing.advice')}</p>
      </div>
      {single.length > 1 && (
        <div className={styles['group']}>
          <h3 className={styles['label']}>{t('nothing.single')}</h3>
          <ul className={styles['words']}>
            {single.map((word) => (
              <li key={word}>
                <TextLink to={searchAddress(word)}>{word}</TextLink>
              </li>
            ))}
          </ul>
        </div>
      )}
      <TagWords />
    </div>
  );
}
