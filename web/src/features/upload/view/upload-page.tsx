import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../../shared/ui/page.tsx';
import { ChooseFiles } from '../choose/choose-files.tsx';
import { UploadResults } from './upload-results.tsx';
import { UploadSummary } from './upload-summary.tsx';
import { prepareUploads, useUploads } from '../queue/uploads.ts';

/** The page for choosing files, with the progress and the result of each file. */
export default function UploadPage() {
  const { t } = useTranslation('upload');
  const hasUploads = useUploads(({ totals }) => totals.files > 0);
  useEffect(() => void prepareUploads(), []);
  return (
    <Page title={t('title')}>
      <ChooseFiles variant={hasUploads ? 'low' : 'tall'} />
      {hasUploads && (
        <>
          <UploadSummary />
          <UploadResults />
        </>
      )}
    </Page>
  );
}
