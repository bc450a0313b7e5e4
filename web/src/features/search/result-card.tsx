import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { photoAddress } from '../../shared/addresses.ts';
import { useFormat } from '../../shared/i18n/format.ts';
import { cameraName } from '../../shared/photos/camera-name.ts';
import { placeholderImage } from '../../shared/photos/pictures/placeholder.ts';
import { Marked } from './marked.tsx';
import { excerpt, occursIn } from './matches.ts';
import styles from './result-card.module.css';
import type { FoundPhoto } from './search-queries.ts';

export interface ResultCardProps {
  photo: FoundPhoto;
  /** Folded. */
  words: readonly string[];
  onOpen: () => void;
}

/** A search result: the name of the photo and the other texts that match. */
export function ResultCard({ photo, words, onOpen }: ResultCardProps) {
  const { t } = useTranslation('search');
  const format = useFormat();
  const { id, title, filename, takenAtLocal, thumbhash, thumbnailUrl } = photo;
  const matches = matchesIn(photo, words);
  return (
    <Link href={photoAddress(id)} className={styles['card'] ?? ''} onClick={onOpen}>
      <span className={styles['picture']} style={{ backgroundImage: placeholderImage(thumbhash) }}>
        <img src={thumbnailUrl} alt="" loading="lazy" decoding="async" className={styles['image']} />
      </span>
      <span className={styles['name']}>
        <Marked text={title ?? filename} words={words} />
      </span>
      <span className={styles['where']}>
        {matches.length === 0
          ? format.localDay(takenAtLocal, { year: true })
          : matches.map(({ kind, text }, index) => (
              <span key={kind + text}>
                {index > 0 && ' · '}
                <span className="visually-hidden">{t(`in.${kind}`)} </span>
                <Marked text={text} words={words} />
              </span>
            ))}
      </span>
    </Link>
  );
}

type MatchKind = 'filename' | 'tag' | 'place' | 'camera' | 'description';

/** Returns the texts that contain one of the words. Excludes the name, which the card always shows. */
function matchesIn(photo: FoundPhoto, words: readonly string[]): { kind: MatchKind; text: string }[] {
  const { title, filename, tags, camera, location, description } = photo;
  const texts: { kind: MatchKind; text: string | null | undefined }[] = [
    ...tags.map((text) => ({ kind: 'tag' as const, text })),
    { kind: 'place', text: [location?.city, location?.country].filter(Boolean).join(', ') },
    { kind: 'camera', text: camera && cameraName(camera) },
    { kind: 'filename', text: title === null ? null : filename },
    { kind: 'description', text: description === null ? null : excerpt(description, words) },
  ];
  return texts.flatMap(({ kind, text }) => (text && occursIn(text, words) ? [{ kind, text }] : []));
}
