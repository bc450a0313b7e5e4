import styles from './progress.module.css';
import { classNames } from './class-names.ts';

export interface ProgressProps {
  label: string;
  /** 0 to 1; undefined if unknown. */
  value?: number | undefined;
  /** The value for screen readers, if the percentage is not meaningful. */
  valueText?: string;
  tone?: 'accent' | 'danger';
}

/** A thin progress bar. */
export function Progress({ label, value, valueText, tone = 'accent' }: ProgressProps) {
  const share = value === undefined ? undefined : Math.min(Math.max(value, 0), 1);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === undefined ? undefined : Math.round(share * 100)}
      aria-valuetext={valueText}
      className={classNames(styles['track'], styles[tone])}
    >
      <div
        className={classNames(styles['bar'], share === undefined && styles['unknown'])}
        style={share === undefined ? {} : { transform: `scaleX(${share})` }}
      />
    </div>
  );
}
