import { Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { PATHS } from '../../shared/addresses.ts';
import { useServerInfo } from '../../shared/api/viewer.ts';
import { Empty } from '../../shared/ui/empty.tsx';
import { TextLink } from '../../shared/ui/text-link.tsx';

/** Shown while the trash is empty. */
export function EmptyTrash() {
  const { t } = useTranslation('trash');
  const trashDays = useServerInfo()?.trashDays;
  return (
    <Empty
      icon={<Trash2 />}
      title={t('nothing')}
      text={trashDays === undefined ? null : t('nothingAdvice', { count: trashDays })}
    >
      <TextLink to={PATHS.gallery} variant="button">
        {t('toGallery')}
      </TextLink>
    </Empty>
  );
}
