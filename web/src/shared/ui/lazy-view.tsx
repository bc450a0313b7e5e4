import { isWell } from '../api/connection.ts';
import { type ComponentType, type FunctionComponent, lazy, useState } from 'react';

export interface LazyView<Props extends object> extends FunctionComponent<Props> {
  /** Loads its code now. What goes wrong is told by the view, when it is shown. */
  expect: () => Promise<void>;
}

/** In the order in which they are made: what a view is made of stands behind it. */
const views: (() => Promise<void>)[] = [];

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
  const expect = async () => {
    await loaded().catch(() => undefined);
  };
  views.push(expect);
  return Object.assign(View, { expect });
}

/** Loads all of them, one after the other, so that none is waited for; ends where the connection does. */
export async function expectAllViews(): Promise<void> {
  for (const expect of views) {
    if (!isWell()) return;
    await expect();
  }
}
