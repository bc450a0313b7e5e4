import { memo } from 'react';
import { placeholderImage } from './placeholder.ts';
import styles from './thumbnail.module.css';

export interface ThumbnailProps {
  url: string;
  thumbhash: string;
  /** Empty where something beside it says the same. */
  alt: string;
}

/** Takes a request back that nobody waits for any longer. */
function stopWhenGone(image: HTMLImageElement | null) {
  return () => {
    if (image && !image.complete && !image.isConnected) image.removeAttribute('src');
  };
}

/** Fills its place: the blurred picture at once, the picture over it when it has come. */
export const Thumbnail = memo(function Thumbnail({ url, thumbhash, alt }: ThumbnailProps) {
  return (
    <img
      ref={stopWhenGone}
      className={styles['thumbnail']}
      src={url}
      alt={alt}
      decoding="async"
      draggable={false}
      style={{ backgroundImage: placeholderImage(thumbhash) }}
    />
  );
});
