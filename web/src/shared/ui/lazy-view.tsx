import { type ComponentType, lazy, useState } from 'react';

export interface LazyView<Props extends object> {
  View: ComponentType<Props>;
  /** Loads its code now; the view, too, tells of what went wrong. */
  expect: () => Promise<void>;
}

/**
 * A view whose code is loaded when it is first shown, unless it was expected: then it is drawn at once. What React's `lazy`
 * gives is always waited for, if only for a moment, and of what was waited for nothing is shown for 300 ms.
 */
export function lazyView<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): LazyView<Props> {
  let known: ComponentType<Props> | null = null;
  const loaded = async () => {
    const module = await load();
    known = module.default;
    return module;
  };
  const Waited = lazy(loaded);
  function View(props: Props) {
    // The one that it began with, or it would begin anew.
    const [Shown] = useState<ComponentType<Props>>(() => known ?? Waited);
    return <Shown {...props} />;
  }
  return {
    View,
    expect: async () => {
      await loaded().catch(() => undefined);
    },
  };
}
