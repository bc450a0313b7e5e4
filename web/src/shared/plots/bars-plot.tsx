import { useParentSize } from '@visx/responsive';
import { scaleBand, scaleLinear } from '@visx/scale';
import { Bar } from '@visx/shape';
import { Link } from 'wouter';
import styles from './plot.module.css';

export interface NamedBar {
  name: string;
  value: number;
  /** The formatted value, shown at the end of the bar. */
  text: string;
  /** A page of the app that a click opens. The table next to the plot has the same link. */
  href?: string | undefined;
}

export interface BarsPlotProps {
  /** Describes the plot for screen readers. The numbers are in a table next to it. */
  label: string;
  bars: readonly NamedBar[];
}

/** Height of a bar and its name above it, in pixels. */
const ROW = 46;
const BAR = 14;
/** Space for the longest value at the end of a bar, in pixels. */
const VALUE_WIDTH = 76;
/** Longer names are truncated, in characters. */
const MAX_NAME = 34;

/** A horizontal bar chart: each bar with its name and value. */
export default function BarsPlot({ label, bars }: BarsPlotProps) {
  const { parentRef, width } = useParentSize({ debounceTime: 60 });
  const height = bars.length * ROW;
  const y = scaleBand({ domain: bars.map(({ name }) => name), range: [0, height] });
  const x = scaleLinear({
    domain: [0, Math.max(...bars.map(({ value }) => value), 1)],
    range: [0, Math.max(width - VALUE_WIDTH, 0)],
  });
  return (
    <div ref={parentRef} className={styles['plot']} style={{ height }}>
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={label}>
          {bars.map(({ name, value, text }) => {
            const length = Math.max(x(value), 3);
            return (
              <g key={name} transform={`translate(0,${y(name) ?? 0})`} className={styles['column']}>
                <title>{`${name}: ${text}`}</title>
                <text y={16} className={styles['name']}>
                  {shortened(name)}
                </text>
                <Bar y={24} width={length} height={BAR} rx={4} className={styles['bar'] ?? ''} />
                <text x={length + 8} y={24 + BAR - 2.5} className={styles['value']}>
                  {text}
                </text>
              </g>
            );
          })}
        </svg>
      )}
      <div aria-hidden>
        {bars.map(
          ({ name, text, href }) =>
            href !== undefined && (
              <Link
                key={name}
                href={href}
                tabIndex={-1}
                title={`${name}: ${text}`}
                className={styles['link'] ?? ''}
                style={{ insetInlineStart: 0, insetBlockStart: y(name) ?? 0, width: '100%', height: ROW }}
              />
            ),
        )}
      </div>
    </div>
  );
}

function shortened(name: string): string {
  const chars = Array.from(name);
  return chars.length <= MAX_NAME ? name : `${chars.slice(0, MAX_NAME - 1).join('')}…`;
}
