import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useTranslation } from 'react-i18next';
import styles from './dialog.module.css';
import { IconButton } from './icon-button.tsx';
import { useRootMark } from './root-mark.ts';

export interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** `alertdialog` confirms an irreversible action. It has no close button, and a click outside does not close it. */
  role?: 'dialog' | 'alertdialog';
  children: ReactNode;
  /** The buttons; the one that confirms is the last. */
  actions?: ReactNode;
}

/** A modal dialog. Escape, a click outside and the close button close it. */
export function Dialog({ title, isOpen, onClose, role = 'dialog', children, actions }: DialogProps) {
  const { t } = useTranslation();
  useRootMark('data-dialog', isOpen);
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={role === 'dialog'}
      className={styles['scrim'] ?? ''}
    >
      <Modal className={styles['modal'] ?? ''}>
        <AriaDialog role={role} className={styles['dialog'] ?? ''}>
          <header className={styles['head']}>
            <Heading slot="title" className={styles['title'] ?? ''}>
              {title}
            </Heading>
            {role === 'dialog' && (
              <IconButton label={t('close')} onPress={onClose}>
                <X />
              </IconButton>
            )}
          </header>
          <div className={styles['body']}>{children}</div>
          {actions && <footer className={styles['actions']}>{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
