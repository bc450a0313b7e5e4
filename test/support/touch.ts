import type { Page } from 'playwright-core';

export type Point = readonly [x: number, y: number];

/** Sends touch events to a page, as a touchscreen does. The page's context must have `hasTouch`. */
export class Touch {
  private constructor(private readonly send: (type: string, points: Point[]) => Promise<unknown>) {}

  static async on(page: Page): Promise<Touch> {
    const session = await page.context().newCDPSession(page);
    return new Touch((type, points) =>
      session.send('Input.dispatchTouchEvent', {
        type: type as 'touchStart' | 'touchMove' | 'touchEnd',
        touchPoints: points.map(([x, y], id) => ({ x, y, id })),
      }),
    );
  }

  async tap(point: Point): Promise<void> {
    await this.send('touchStart', [point]);
    await this.send('touchEnd', []);
  }

  /** Touches a point until `until` resolves. */
  async hold(point: Point, until: () => Promise<unknown>): Promise<void> {
    await this.send('touchStart', [point]);
    await until();
    await this.send('touchEnd', []);
  }

  /** Drags one or more fingers at the same time, in 10 steps. */
  async drag(...fingers: { from: Point; to: Point }[]): Promise<void> {
    const at = (share: number): Point[] =>
      fingers.map(({ from, to }) => [
        from[0] + (to[0] - from[0]) * share,
        from[1] + (to[1] - from[1]) * share,
      ]);
    await this.send('touchStart', at(0));
    for (let step = 1; step <= 10; step++) await this.send('touchMove', at(step / 10));
    await this.send('touchEnd', []);
  }
}
