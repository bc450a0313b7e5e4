import { AxisBottom, AxisLeft } from '@visx/axis';
import { useParentSize } from '@visx/responsive';
import { scaleBand, scaleLinear } from '@visx/scale';
import { Bar, Line } from '@visx/shape';
import { Link } from 'wouter';
import styles from './plot.module.css';

export interface Column {
  key: string;
  value: number;
  /** The tooltip. */
  hint: string;
  /** The label below the column, for example for the first month of a year. */
  tick?: string | undefined;
  /** A page of the app that a click opens. The table next to the plot has the same link. */
  href?: string | undefined;
}

export interface ColumnsPlotProps {
  /** Describes the plot for screen readers. The numbers are in a table next to it. */
  label: string;
  columns: readonly Column[];
  formatValue: (value: number) => string;
}

const HEIGHT = 200;
const MARGIN = { top: 10, right: 4, bottom: 26, left: 44 };
/** Width of a label below the axis with its margin, in pixels. */
const TICK_WIDTH = 56;

/** A column chart over time: one column for each unit of time. */
export default function ColumnsPlot({ label, columns, formatValue }: ColumnsPlotProps) {
  const { parentRef, width } = useParentSize({ debounceTime: 60 });
  const inner = Math.max(width - MARGIN.left - MARGIN.right, 0);
  const x = scaleBand({
    domain: columns.map(({ key }) => key),
    range: [0, inner],
    paddingInner: columns.length > inner / 4 ? 0 : 0.25,
  });
  const highest = Math.max(...columns.map(({ value }) => value), 1);
  const y = scaleLinear({ domain: [0, highest], range: [HEIGHT - MARGIN.bottom, MARGIN.top], nice: 4 });
  const levels = y.ticks(4).filter(Number.isInteger);
  return (
    <div ref={parentRef} className={styles['plot']} style={{ height: HEIGHT }}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          <g transform={`translate(${MARGIN.left},0)`}>
            {levels.map((level) => (
              <Line
                key={level}
                from={{ x: 0, y: y(level) }}
                to={{ x: inner, y: y(level) }}
                className={styles['grid'] ?? ''}
              />
            ))}
            {columns.map(({ key, value, hint }) => (
              <g key={key} className={styles['column']}>
                <title>{hint}</title>
                {/* Reacts to the pointer above a column that is too low for it. */}
                <rect
                  x={x(key) ?? 0}
                  width={x.bandwidth()}
                  y={MARGIN.top}
                  height={HEIGHT - MARGIN.top - MARGIN.bottom}
                  className={styles['field']}
                />
                <Bar
                  x={x(key) ?? 0}
                  width={Math.max(x.bandwidth(), 1)}
                  y={value > 0 ? Math.min(y(value), y(0) - 2) : y(0)}
                  height={value > 0 ? Math.max(y(0) - y(value), 2) : 0}
                  rx={Math.min(x.bandwidth() / 4, 3)}
                  className={styles['bar'] ?? ''}
                />
              </g>
            ))}
            <AxisLeft
              scale={y}
              tickValues={levels}
              tickFormat={(value) => formatValue(Number(value))}
              hideAxisLine
              hideTicks
              tickClassName={styles['tick'] ?? ''}
              tickLabelProps={{ textAnchor: 'end', dx: 0, dy: 4 }}
            />
            <AxisBottom
              scale={x}
              top={HEIGHT - MARGIN.bottom}
              tickValues={labelledKeys(columns, inner)}
              tickFormat={(key) => columns.find((column) => column.key === key)?.tick ?? ''}
              hideTicks
              axisLineClassName={styles['axis'] ?? ''}
              tickClassName={styles['tick'] ?? ''}
              tickLabelProps={{ textAnchor: 'middle', dy: 4 }}
            />
          </g>
        </svg>
      )}
      <div aria-hidden>
        {columns.map(
          ({ key, hint, href }) =>
            href !== undefined && (
              <Link
                key={key}
                href={href}
                tabIndex={-1}
                title={hint}
                className={styles['link'] ?? ''}
                style={{
                  insetInlineStart: MARGIN.left + (x(key) ?? 0),
                  insetBlockStart: MARGIN.top,
                  width: x.bandwidth(),
                  height: HEIGHT - MARGIN.top - MARGIN.bottom,
                }}
              />
            ),
        )}
      </div>
    </div>
  );
}

/** The keys of the columns that have a label below the axis: as many as fit into the width. */
function labelledKeys(columns: readonly Column[], width: number): string[] {
  const labelled = columns.filter(({ tick }) => tick !== undefined);
  const step = Math.max(1, Math.ceil((labelled.length * TICK_WIDTH) / Math.max(width, 1)));
  return labelled.filter((_, index) => index % step === 0).map(({ key }) => key);
}
