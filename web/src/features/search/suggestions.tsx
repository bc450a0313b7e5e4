import { useQuery } from '@tanstack/react-query';
import { Clock, Search, Tag, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { searchAddress } from '../../shared/addresses.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Chip } from '../../shared/ui/chip.tsx';
import { IconButton } from '../../shared/ui/icon-button.tsx';
import { forgetSearch, forgetSearches, useRecentSearches } from './recent-searches.ts';
import { tagsQuery } from './search-queries.ts';
import styles from './suggestions.module.css';

const MAX_TAGS = 16;

/** Recent searches and the most used tags, shown before the user searches. */
export function Suggestions() {
  const { t } = useTranslation('search');
  const recent = useRecentSearches();
  return (
    <div className={styles['suggestions']}>
      <p className={styles['advice']}>
        <Search aria-hidden />
        {t('advice')}
      </p>
      {recent.length > 0 && (
        <section className={styles['group']} aria-labelledby="recent-searches">
          <div className={styles['head']}>
            <h2 id="recent-searches" className={styles['label']}>
              {t('recent')}
            </h2>
            <Button variant="quiet" onPress={forgetSearches}>
              {t('forgetAll')}
            </Button>
          </div>
          <ul>
            {recent.map((words) => (
              <li key={words} className={styles['recent']}>
                <Link href={searchAddress(words)} className={styles['link'] ?? ''}>
                  <Clock aria-hidden />
                  <span className={styles['text']}>{words}</span>
                </Link>
                <IconButton label={t('forget', { words })} onPress={() => forgetSearch(words)}>
                  <X />
                </IconButton>
              </li>
            ))}
          </ul>
        </section>
      )}
      <TagWords />
    </div>
  );
}

/** The most used tags, each with a search for it. Renders nothing if the library has no tags. */
export function TagWords() {
  const { t } = useTranslation('search');
  const [, navigate] = useLocation();
  const tags = useQuery(tagsQuery).data ?? [];
  if (tags.length === 0) return null;
  return (
    <section className={styles['group']} aria-labelledby="tag-words">
      <h2 id="tag-words" className={styles['label']}>
        {t('tags')}
      </h2>
      <ul className={styles['words']}>
        {tags.slice(0, MAX_TAGS).map(({ name }) => (
          <li key={name}>
            <Chip icon={<Tag aria-hidden />} onPress={() => navigate(searchAddress(name))}>
              {name}
            </Chip>
          </li>
        ))}
      </ul>
    </section>
  );
}
