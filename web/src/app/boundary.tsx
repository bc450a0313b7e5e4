import { QueryErrorResetBoundary } from '@tanstack/react-query';
import { Component, type ReactNode } from 'react';
import { Problem } from '../shared/ui/problem.tsx';

interface CatcherProps {
  onReset: () => void;
  children: ReactNode;
}

/** React tells a class alone what a view below threw. */
class Catcher extends Component<CatcherProps, { error: unknown }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    const retry = () => {
      this.props.onReset();
      this.setState({ error: null });
    };
    return <Problem error={this.state.error} onRetry={retry} />;
  }
}

/** Keeps the frame where a view fails, and says what happened instead of it. */
export function Boundary({ children }: { children: ReactNode }) {
  return (
    <QueryErrorResetBoundary>
      {({ reset }) => <Catcher onReset={reset}>{children}</Catcher>}
    </QueryErrorResetBoundary>
  );
}
