import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { ComboBox } from 'react-aria-components/ComboBox';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Text } from 'react-aria-components/Text';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../shared/i18n/format.ts';
import { isComposing } from '../../../shared/keyboard/composing.ts';
import { Chip } from '../../../shared/ui/chip.tsx';
import fieldStyles from '../../../shared/ui/field.module.css';
import styles from './edit.module.css';
import { tagNamesQuery } from '../photo-queries.ts';

const SUGGESTIONS = 8;

export interface TagsEditProps {
  tags: readonly string[];
  /** Give what is wrong in words, or null. @throws where it could not be asked */
  onAdd: (tag: string) => Promise<string | null>;
  onRemove: (tag: string) => Promise<string | null>;
}

/** The tags of a photo, and a field that suggests those that the library has. */
export function TagsEdit({ tags, onAdd, onRemove }: TagsEditProps) {
  const { t } = useTranslation('photo');
  const format = useFormat();
  const known = useQuery(tagNamesQuery).data;
  const [text, setText] = useState('');
  const [error, setError] = useState<string | null>(null);
  const suggested = useMemo(() => {
    const typed = folded(text.trim());
    // Not all of them again, over the page, once one has been added.
    if (typed === '') return [];
    return (known ?? [])
      .filter(({ name }) => !tags.includes(name) && folded(name).includes(typed))
      .slice(0, SUGGESTIONS);
  }, [known, tags, text]);

  const write = async (change: Promise<string | null>): Promise<boolean> => {
    const wrong = await change.catch(() => t('notWritten'));
    setError(wrong);
    return wrong === null;
  };
  const add = async (text: string) => {
    setText('');
    const tag = text.trim();
    if (tag === '' || tags.includes(tag)) return;
    // What was not taken is there again to be mended, unless the next one is being typed.
    if (!(await write(onAdd(tag)))) setText((now) => now || tag);
  };
  const press = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    const { target } = event;
    const chosen = target instanceof Element && target.hasAttribute('aria-activedescendant');
    if (event.key === 'Enter' && !chosen) {
      event.preventDefault();
      event.stopPropagation();
      void add(text);
    } else if (event.key === 'Escape' && text === '' && target instanceof HTMLElement) {
      target.blur();
    }
  };
  return (
    <div className={styles['box']}>
      <span className={styles['label']}>{t('tags')}</span>
      {tags.length > 0 && (
        <ul className={styles['chips']} aria-label={t('tags')}>
          {tags.map((tag) => (
            <li key={tag}>
              <Chip onRemove={() => void write(onRemove(tag))} removeLabel={t('removeTag', { tag })}>
                {tag}
              </Chip>
            </li>
          ))}
        </ul>
      )}
      <div className={styles['edit']} onKeyDownCapture={press}>
        <ComboBox
          allowsCustomValue
          inputValue={text}
          onInputChange={(typed) => {
            setText(typed);
            setError(null);
          }}
          items={suggested}
          selectedKey={null}
          onSelectionChange={(name) => name !== null && void add(String(name))}
          isInvalid={error !== null}
        >
          <Label className="visually-hidden">{t('addTag')}</Label>
          <Input className={fieldStyles['input'] ?? ''} placeholder={t('addTag')} />
          <Popover className={styles['popover'] ?? ''}>
            <ListBox<(typeof suggested)[number]>>
              {({ name, photos }) => (
                <ListBoxItem id={name} textValue={name} className={styles['option'] ?? ''}>
                  <Text slot="label">{name}</Text>
                  <span className={styles['count']}>{format.number(photos)}</span>
                </ListBoxItem>
              )}
            </ListBox>
          </Popover>
        </ComboBox>
      </div>
      {error !== null && (
        <p role="alert" className={styles['error']}>
          {error}
        </p>
      )}
    </div>
  );
}

/** For comparing as a person does: width and case do not count. */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
