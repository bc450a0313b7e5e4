import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Button } from '../ui/button.tsx';
import styles from './figures-table.module.css';

export interface FiguresTableProps {
  /** What it is about; read out. */
  caption: string;
  /** The first is of words, the others of numbers. */
  columns: readonly string[];
  rows: readonly {
    key: string;
    cells: readonly string[];
    /** A view of ours that its first cell leads to. */
    href?: string | undefined;
  }[];
  /** So many are shown until the person asks for all. */
  shown?: number;
}

/** The numbers of a plot. */
export function FiguresTable({ caption, columns, rows, shown = 6 }: FiguresTableProps) {
  const { t } = useTranslation();
  const [whole, setWhole] = useState(false);
  const some = whole ? rows : rows.slice(0, shown);
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
          {some.map(({ key, cells: [head, ...figures], href }) => (
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
              {figures.map((figure, at) => (
                <td key={columns[at + 1]}>{figure}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown && (
        <Button variant="quiet" aria-expanded={whole} onPress={() => setWhole(!whole)}>
          {whole ? t('figures.fewer') : t('figures.all', { count: rows.length })}
        </Button>
      )}
    </div>
  );
}
