import styles from './skeleton.module.css';

export interface SkeletonProps {
  /** CSS lengths. */
  width?: string;
  height?: string;
}

/** Stands where something will be, so that nothing moves when it comes. */
export function Skeleton({ width = '100%', height = '1em' }: SkeletonProps) {
  return <div aria-hidden className={styles['skeleton']} style={{ width, height }} />;
}
