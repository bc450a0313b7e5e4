import { isConnected } from '../api/connection.ts';
import { type ComponentType, type FunctionComponent, lazy, useState } from 'react';

export interface LazyView<Props extends object> extends FunctionComponent<Props> {
  /** Loads the code now. An error is thrown when the view is rendered, not here. */
  preload: () => Promise<void>;
}

/** In the order of their creation. The views that a view imports are created after it. */
const preloads: (() => Promise<void>)[] = [];

/**
 * Creates a view whose code is loaded when it is first rendered. A preloaded view is rendered immediately. React's `lazy`
 * alone always suspends, even if the code is loaded, and React then shows the fallback for at least 300 ms.
 */
export function lazyView<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): LazyView<Props> {
  let loaded: ComponentType<Props> | null = null;
  const loadModule = async () => {
    const module = await load();
    loaded = module.default;
    return module;
  };
  const Suspending = lazy(loadModule);
  function View(props: Props) {
    // Keeps the component of the first render. Another component would lose the state.
    const [Rendered] = useState<ComponentType<Props>>(() => loaded ?? Suspending);
    return <Rendered {...props} />;
  }
  const preload = async () => {
    await loadModule().catch(() => undefined);
  };
  preloads.push(preload);
  return Object.assign(View, { preload });
}

/** Loads the code of all views, one after the other. Stops when the connection is lost. */
export async function preloadAllViews(): Promise<void> {
  for (const preload of preloads) {
    if (!isConnected()) return;
    await preload();
  }
}
