import { PACE, type Pace } from './gcs-client.ts';
import { DOWNLOAD_PACE, type DownloadPace } from '../transfer/gcs-download.ts';
import { UPLOAD_PACE, type UploadPace } from '../transfer/gcs-upload.ts';

/** How patient the engine is with each kind of request. */
export interface Patience {
  requests: Pace;
  uploads: UploadPace;
  downloads: DownloadPace;
}

/** Seconds of a request with its repetitions that all the other times stand in proportion to. */
const USUAL_SECONDS = 45;

/** All times for requests that may take so many seconds with their repetitions. Pauses get shorter, and never longer. */
export function patienceOf(seconds = USUAL_SECONDS): Patience {
  const longer = (ms: number): number => Math.round((ms * seconds) / USUAL_SECONDS);
  const shorter = (ms: number): number => Math.min(ms, longer(ms));
  const scaled = <P extends Pace>(pace: P): P => ({
    ...pace,
    backOffMs: shorter(pace.backOffMs),
    answerMs: longer(pace.answerMs),
    totalMs: longer(pace.totalMs),
  });
  return {
    requests: scaled(PACE),
    uploads: { ...scaled(UPLOAD_PACE), wholeMs: shorter(UPLOAD_PACE.wholeMs) },
    downloads: {
      ...DOWNLOAD_PACE,
      backOffMs: shorter(DOWNLOAD_PACE.backOffMs),
      stallMs: longer(DOWNLOAD_PACE.stallMs),
      slowMs: longer(DOWNLOAD_PACE.slowMs),
    },
  };
}
