import { QueryErrorResetBoundary } from '@tanstack/react-query';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { reloadNewest } from '../shared/pwa/service-worker.ts';
import { isMissingCode, missingCode } from '../shared/ui/missing-code.ts';
import { Problem } from '../shared/ui/problem.tsx';
import { TextLink } from '../shared/ui/text-link.tsx';
import styles from './boundary.module.css';

interface BoundaryProps {
  /** The address of the view. When it changes, the error of the previous view is cleared. */
  address: string;
  /** An address to link to below the error, if the page has no other links. */
  wayOut: string | null;
  children: ReactNode;
}

interface CatcherProps extends BoundaryProps {
  onReset: () => void;
}

/** A class, because React has no hook that catches the errors of child components. */
class Catcher extends Component<CatcherProps, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidUpdate({ address }: CatcherProps) {
    if (address === this.props.address || this.state.error === null) return;
    this.props.onReset();
    this.setState({ error: null });
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    const { error } = this.state;
    const { wayOut, onReset } = this.props;
    const retry = () => {
      onReset();
      this.setState({ error: null });
    };
    return (
      <>
        {isMissingCode(error) ? (
          <Problem error={missingCode(error)} onRetry={() => void reloadNewest()} />
        ) : (
          <Problem error={error} onRetry={retry} />
        )}
        {wayOut !== null && <WayOut to={wayOut} />}
      </>
    );
  }
}

/** Shows an error message instead of a view that throws, and leaves the frame as it is. */
export function Boundary({ address, wayOut, children }: BoundaryProps) {
  return (
    <QueryErrorResetBoundary>
      {({ reset }) => (
        <Catcher address={address} onReset={reset} wayOut={wayOut}>
          {children}
        </Catcher>
      )}
    </QueryErrorResetBoundary>
  );
}

function WayOut({ to }: { to: string }) {
  const { t } = useTranslation();
  return (
    <p className={styles['way']}>
      <TextLink to={to}>{t('toGallery')}</TextLink>
    </p>
  );
}
