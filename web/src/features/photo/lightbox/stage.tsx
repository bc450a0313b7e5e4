import 'photoswipe/style.css';
import PhotoSwipe, { type PhotoSwipeOptions, type SlideData } from 'photoswipe';
import { type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { onReconnected } from '../../../shared/api/connection.ts';
import { checkConnection } from '../../../shared/api/viewer.ts';
import { placeholderImage } from '../../../shared/photos/pictures/placeholder.ts';
import { type Original, zoomDeep } from './deep-zoom.ts';
import type { ShownPhoto } from '../photo-queries.ts';
import { grow, type PhotoSlide, slideOf } from './slides.ts';
import styles from './stage.module.css';

export interface StageHandle {
  /** Makes the picture larger or smaller by a factor; 0 fits it into the window again. */
  zoom: (factor: number) => void;
}

export interface StageProps {
  /** All slides in their order. The list may grow at both ends. */
  photos: readonly ShownPhoto[];
  /** The id of the shown photo, which is in `photos`. */
  id: string;
  /** Called when the user swiped to another photo. */
  onShow: (id: string) => void;
  /** Called when the user tapped the picture, which shows or hides the controls. */
  onTap: () => void;
  /** Called when the user dragged the picture down to close the lightbox. */
  onClose: () => void;
  ref: Ref<StageHandle>;
}

/** Returns the ratio of the width of the original to that of the preview. */
function enlargementOf(slide: SlideData & { original?: Original | null }): number {
  return (slide.original?.width ?? 0) / (slide.width ?? 1);
}

const OPTIONS: PhotoSwipeOptions = {
  // The lightbox has its own translated buttons and keyboard shortcuts.
  arrowPrev: false,
  arrowNext: false,
  close: false,
  zoom: false,
  counter: false,
  trapFocus: false,
  returnFocus: false,
  loop: false,
  wheelToZoom: true,
  pinchToClose: false,
  imageClickAction: 'zoom',
  bgClickAction: false,
  doubleTapAction: 'zoom',
  showHideAnimationType: 'none',
  bgOpacity: 1,
  spacing: 0.06,
  preload: [1, 2],
  secondaryZoomLevel: ({ fit }) => Math.max(1, fit * 2.5),
  maxZoomLevel: ({ fit, itemData }) => Math.max(3, fit * 6, enlargementOf(itemData)),
};

/** The picture, which the user can zoom, pan and swipe. PhotoSwipe renders it; the lightbox provides the photos. */
export function Stage({ photos, id, onShow, onTap, onClose, ref }: StageProps) {
  const { t } = useTranslation('photo');
  const host = useRef<HTMLDivElement>(null);
  const open = useRef<{ swipe: PhotoSwipe; slides: PhotoSlide[] }>(null);
  const shown = useEffectEvent((now: string | undefined) => {
    if (now !== undefined && now !== id) onShow(now);
  });
  const closed = useEffectEvent(onClose);
  const tapped = useEffectEvent(onTap);

  const show = useEffectEvent((container: HTMLElement) => {
    const slides = photos.map(slideOf);
    const index = slides.findIndex((slide) => slide.id === id);
    if (index < 0) return;
    const swipe = new PhotoSwipe({
      ...OPTIONS,
      dataSource: slides,
      errorMsg: t('notLoaded'),
      index,
      tapAction: () => tapped(),
      appendToEl: container,
      getViewportSizeFn: () => ({ x: container.clientWidth, y: container.clientHeight }),
    });
    swipe.addFilter('placeholderSrc', (_, { data }) => data.msrc ?? false);
    swipe.on('slideLoad', ({ slide }) => {
      const element = slide.content.placeholder?.element;
      const hash: unknown = slide.data['thumbhash'];
      if (element && typeof hash === 'string') element.style.backgroundImage = placeholderImage(hash);
    });
    zoomDeep(swipe);
    swipe.on('loadError', () => void checkConnection());
    swipe.on('change', () => shown(slides[swipe.currIndex]?.id));
    swipe.on('close', () => closed());
    // The lightbox handles all keys; PhotoSwipe would also handle the arrows.
    swipe.on('keydown', (event) => event.preventDefault());
    swipe.init();
    // PhotoSwipe marks its element as a dialog. Here it is part of the page, and the focus must reach the buttons.
    swipe.element?.removeAttribute('role');
    swipe.element?.removeAttribute('tabindex');
    open.current = { swipe, slides };
  });

  const hide = () => {
    const { swipe } = open.current ?? {};
    open.current = null;
    if (!swipe) return;
    swipe.isDestroying = true;
    swipe.destroy();
  };

  useEffect(() => {
    const container = host.current;
    if (!container) return;
    const next = photos.map(slideOf);
    if (open.current && !grow(open.current.swipe, open.current.slides, next)) hide();
    if (!open.current) return show(container);
    const { swipe, slides } = open.current;
    const index = slides.findIndex((slide) => slide.id === id);
    if (index >= 0 && index !== swipe.potentialIndex) swipe.goTo(index);
  }, [photos, id]);

  useEffect(
    () =>
      onReconnected(() => {
        const { swipe } = open.current ?? {};
        for (const { slide } of swipe?.mainScroll.itemHolders ?? [])
          if (slide?.content.isError()) swipe?.refreshSlideContent(slide.index);
      }),
    [],
  );

  useEffect(() => {
    const observer = new ResizeObserver(() => open.current?.swipe.updateSize(true));
    if (host.current) observer.observe(host.current);
    return () => {
      observer.disconnect();
      hide();
    };
  }, []);

  useImperativeHandle(ref, () => ({
    zoom: (factor) => {
      const slide = open.current?.swipe.currSlide;
      if (!slide?.isZoomable()) return;
      const { fit, max } = slide.zoomLevels;
      const level = factor === 0 ? fit : Math.min(Math.max(slide.currZoomLevel * factor, fit), max);
      const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
      slide.zoomTo(level, undefined, calm ? 0 : 200);
    },
  }));

  return <div ref={host} className={styles['stage']} />;
}
