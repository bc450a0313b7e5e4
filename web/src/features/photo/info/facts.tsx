import { Aperture, CalendarDays, Copy, File, MapPin } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../shared/i18n/format.ts';
import { cameraName } from '../../../shared/photos/camera-name.ts';
import { typeName } from '../../../shared/photos/type-name.ts';
import { IconButton } from '../../../shared/ui/icon-button.tsx';
import { copy } from './copy.ts';
import styles from './info-panel.module.css';
import type { PhotoDetails } from '../photo-queries.ts';

const MEGA = 1_000_000;

/** The camera, the place, the file and the time of the upload. */
export function Facts({ photo }: { photo: PhotoDetails }) {
  const { t } = useTranslation('photo');
  const format = useFormat();
  const { camera, location, width, height } = photo;
  return (
    <ul className={styles['facts']}>
      {camera && <CameraFact camera={camera} />}
      {location && <PlaceFact location={location} />}
      <Fact icon={<File />} title={photo.filename}>
        <p>
          {t('pixels', {
            width: format.number(width),
            height: format.number(height),
            megapixels: format.number(Math.round((width * height * 10) / MEGA) / 10),
          })}
        </p>
        <p>
          {format.bytes(photo.sizeBytes)} · {typeName(photo.contentType)}
        </p>
      </Fact>
      <Fact icon={<CalendarDays />} title={t('uploaded', { when: format.instant(photo.uploadedAt) })} />
    </ul>
  );
}

function Fact({
  icon,
  title,
  action,
  children,
}: {
  icon: ReactNode;
  title: string;
  action?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <li className={styles['fact']}>
      <span aria-hidden className={styles['factIcon']}>
        {icon}
      </span>
      <div className={styles['factText']}>
        <p className={styles['factTitle']}>{title}</p>
        {children}
      </div>
      {action}
    </li>
  );
}

function CameraFact({ camera }: { camera: NonNullable<PhotoDetails['camera']> }) {
  const { t } = useTranslation('photo');
  const format = useFormat();
  const { lens, iso, aperture, exposureTime, focalLength } = camera;
  const exposure = [
    exposureTime == null ? null : t('exposureTime', { seconds: exposureTime }),
    aperture == null ? null : `f/${format.number(aperture)}`,
    iso == null ? null : `ISO ${iso}`,
    focalLength == null ? null : t('focalLength', { millimetres: format.number(focalLength) }),
  ].filter((part) => part !== null);
  return (
    <Fact icon={<Aperture />} title={cameraName(camera) || t('camera')}>
      {lens && <p>{lens}</p>}
      {exposure.length > 0 && <p>{exposure.join(' · ')}</p>}
    </Fact>
  );
}

function PlaceFact({ location }: { location: NonNullable<PhotoDetails['location']> }) {
  const { t } = useTranslation('photo');
  const format = useFormat();
  const { latitude, longitude, altitude, city, country } = location;
  const coordinates = `${latitude.toFixed(6)}, ${longitude.toFixed(6)}`;
  const map = new URL('https://www.openstreetmap.org/');
  map.search = new URLSearchParams({ mlat: String(latitude), mlon: String(longitude) }).toString();
  map.hash = `map=15/${latitude}/${longitude}`;
  return (
    <Fact
      icon={<MapPin />}
      title={[city, country].filter(Boolean).join(t('placeSeparator')) || t('place')}
      action={
        <IconButton label={t('copyCoordinates')} onPress={() => void copy(coordinates)}>
          <Copy />
        </IconButton>
      }
    >
      <p className={styles['number']}>{coordinates}</p>
      {altitude != null && <p>{t('altitude', { metres: format.number(Math.round(altitude)) })}</p>}
      <p className={styles['links']}>
        <a href={map.href} target="_blank" rel="noreferrer noopener">
          {t('openMap')}
        </a>
        <a href={`geo:${latitude},${longitude}`}>{t('openMapApp')}</a>
      </p>
    </Fact>
  );
}
