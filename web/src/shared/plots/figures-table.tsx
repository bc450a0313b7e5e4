import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Button } from '../ui/button.tsx';
import styles from './figures-table.module.css';

export interface FiguresTableProps {
  /** The caption for screen readers. */
  caption: string;
  /** The headings. The first column has names, the others have numbers. */
  columns: readonly string[];
  rows: readonly {
    key: string;
    cells: readonly string[];
    /** A page of the app that the first cell links to. */
    href?: string | undefined;
  }[];
  /** The number of rows before the user shows all. */
  shown?: number;
}

/** A table with the numbers of a plot. */
export function FiguresTable({ caption, columns, rows, shown = 6 }: FiguresTableProps) {
  const { t } = useTranslation();
  const [isExpanded, setExpanded] = useState(false);
  const visible = isExpanded ? rows : rows.slice(0, shown);
  return (
    <div className={styles['figures']}>
      <table className={styles['table']}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {visible.map(({ key, cells: [head, ...figures], href }) => (
            <tr key={key}>
              <th scope="row">
                {href === undefined ? (
                  head
                ) : (
                  <Link href={href} className={styles['link'] ?? ''}>
                    {head}
                  </Link>
                )}
              </th>
              {figures.map((figure, index) => (
                <td key={columns[index + 1]}>{figure}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown && (
        <Button variant="quiet" aria-expanded={isExpanded} onPress={() => setExpanded(!isExpanded)}>
          {isExpanded ? t('figures.fewer') : t('figures.all', { count: rows.length })}
        </Button>
      )}
    </div>
  );
}
