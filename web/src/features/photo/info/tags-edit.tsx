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
  /** Both return an error message, or null on success. @throws ApiError if the request fails */
  onAdd: (tag: string) => Promise<string | null>;
  onRemove: (tag: string) => Promise<string | null>;
}

/** The tags of a photo, and a field to add one, which suggests tags of the library. */
export function TagsEdit({ tags, onAdd, onRemove }: TagsEditProps) {
  const { t } = useTranslation('photo');
  const format = useFormat();
  const known = useQuery(tagNamesQuery).data;
  const [text, setText] = useState('');
  const [error, setError] = useState<string | null>(null);
  const suggested = useMemo(() => {
    const typed = folded(text.trim());
    // Without input there are no suggestions. Otherwise, the list would open again after a tag was added.
    if (typed === '') return [];
    return (known ?? [])
      .filter(({ name }) => !tags.includes(name) && folded(name).includes(typed))
      .slice(0, SUGGESTIONS);
  }, [known, tags, text]);

  const save = async (change: Promise<string | null>): Promise<boolean> => {
    const message = await change.catch(() => t('notWritten'));
    setError(message);
    return message === null;
  };
  const add = async (text: string) => {
    setText('');
    const tag = text.trim();
    if (tag === '' || tags.includes(tag)) return;
    // A tag that was not saved returns to the field to be corrected, unless the user is typing the next one.
    if (!(await save(onAdd(tag)))) setText((now) => now || tag);
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
              <Chip onRemove={() => void save(onRemove(tag))} removeLabel={t('removeTag', { tag })}>
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

/** Normalizes the width and the case of characters for comparison. */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
