import { FolderOpen, ImageDown, TerminalSquare } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { GRAPHQL_PATH, PATHS } from '../../shared/addresses.ts';
import { TextLink } from '../../shared/ui/text-link.tsx';
import styles from './get-started.module.css';

/** The ways to add photos, shown while the library is empty. */
export function GetStarted() {
  const { t } = useTranslation('home');
  return (
    <section aria-labelledby="get-started" className={styles['panel']}>
      <h2 id="get-started" className={styles['heading']}>
        {t('begin.title')}
      </h2>
      <p className={styles['lead']}>{t('begin.lead')}</p>
      <ul className={styles['ways']}>
        <Way
          icon={<ImageDown aria-hidden />}
          title={<ByPointer dropped={t('begin.drop')} touched={t('begin.choose')} />}
          text={<ByPointer dropped={t('begin.dropText')} touched={t('begin.chooseText')} />}
        >
          <TextLink to={PATHS.upload} variant="button">
            {t('begin.choose')}
          </TextLink>
        </Way>
        <Way icon={<FolderOpen aria-hidden />} title={t('begin.folder')} text={t('begin.folderText')}>
          <TextLink to={PATHS.upload}>{t('begin.chooseFolder')}</TextLink>
        </Way>
        <Way icon={<TerminalSquare aria-hidden />} title={t('begin.graphql')} text={t('begin.graphqlText')}>
          <a href={GRAPHQL_PATH}>{t('begin.playground')}</a>
        </Way>
      </ul>
    </section>
  );
}

interface WayProps {
  icon: ReactNode;
  title: ReactNode;
  text: ReactNode;
  /** A link to the page for it. */
  children: ReactNode;
}

/** Shows one of two texts: `dropped` for a mouse, `touched` for a touch screen, where files cannot be dropped. */
function ByPointer({ dropped, touched }: { dropped: string; touched: string }) {
  return (
    <>
      <span className={styles['dropped']}>{dropped}</span>
      <span className={styles['touched']}>{touched}</span>
    </>
  );
}

function Way({ icon, title, text, children }: WayProps) {
  return (
    <li className={styles['way']}>
      {icon}
      <h3 className={styles['title']}>{title}</h3>
      <p className={styles['text']}>{text}</p>
      {children}
    </li>
  );
}
