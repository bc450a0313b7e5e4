import { memo } from 'react';
import { placeholderImage } from './placeholder.ts';
import styles from './thumbnail.module.css';

export interface ThumbnailProps {
  url: string;
  thumbhash: string;
  /** Empty if adjacent text describes the photo. */
  alt: string;
}

/** Cancels the request of an image that is removed before it has loaded. */
function cancelWhenRemoved(image: HTMLImageElement | null) {
  return () => {
    if (image && !image.complete && !image.isConnected) image.removeAttribute('src');
  };
}

/** Fills its container with the blurred picture, and with the picture as soon as it is loaded. */
export const Thumbnail = memo(function Thumbnail({ url, thumbhash, alt }: ThumbnailProps) {
  return (
    <img
      ref={cancelWhenRemoved}
      className={styles['thumbnail']}
      src={url}
      alt={alt}
      decoding="async"
      draggable={false}
      style={{ backgroundImage: placeholderImage(thumbhash) }}
    />
  );
});
