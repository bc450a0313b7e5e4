import styles from './skeleton.module.css';

export interface SkeletonProps {
  /** CSS lengths. */
  width?: string;
  height?: string;
}

/** Reserves the space of content that is being loaded, to prevent layout shifts. */
export function Skeleton({ width = '100%', height = '1em' }: SkeletonProps) {
  return <div aria-hidden className={styles['skeleton']} style={{ width, height }} />;
}
