import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import type { CameraFacts, LocationFacts } from '../../images/image.ts';
import { Node } from '../../graphql/types/node.ts';
import { ByteSize, DateTime, LocalDateTime } from '../../graphql/types/scalars.ts';

@ObjectType()
export class Camera implements CameraFacts {
  @Field(() => String, { nullable: true })
  make!: string | null;

  @Field(() => String, { nullable: true })
  model!: string | null;

  @Field(() => String, { nullable: true })
  lens!: string | null;

  @Field(() => Int, { nullable: true })
  iso!: number | null;

  @Field(() => Float, { nullable: true, description: 'F-number.' })
  aperture!: number | null;

  @Field(() => String, { nullable: true, description: 'Exposure time in seconds, as a fraction: 1/250.' })
  exposureTime!: string | null;

  @Field(() => Float, { nullable: true, description: 'Focal length in millimeters.' })
  focalLength!: number | null;
}

@ObjectType({
  description:
    'Place where the photo was taken. Latitude and longitude are in degrees (WGS 84), altitude is in meters above sea level, city and country are those of the nearest known place.',
})
export class Location implements LocationFacts {
  @Field(() => Float)
  latitude!: number;

  @Field(() => Float)
  longitude!: number;

  @Field(() => Float, { nullable: true })
  altitude!: number | null;

  @Field(() => String, { nullable: true })
  city!: string | null;

  @Field(() => String, { nullable: true })
  country!: string | null;
}

/** A user's record of an image, as clients see it. Owners and keys are known to the repositories only. */
@ObjectType({ implements: () => Node })
export class Photo implements Node {
  id!: string;

  @Field({
    description:
      'Last component of the name sent by the client, in NFC, without control or bidirectional-control characters. At most 255 bytes; the extension is kept.',
  })
  filename!: string;

  @Field(() => String, { nullable: true })
  title!: string | null;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field()
  isFavorite!: boolean;

  @Field({
    description:
      'Indicates whether the photo is hidden from every share, regardless of the albums that contain it.',
  })
  isPrivate!: boolean;

  @Field()
  contentType!: string;

  @Field(() => ByteSize)
  sizeBytes!: number;

  @Field(() => Int, {
    description: 'Width in pixels as displayed, after the EXIF orientation is applied.',
  })
  width!: number;

  @Field(() => Int, {
    description: 'Height in pixels as displayed, after the EXIF orientation is applied.',
  })
  height!: number;

  @Field({ description: "SHA-256 of the original's bytes, in lowercase hexadecimal." })
  checksum!: string;

  @Field({ description: 'Placeholder of about 25 bytes, in base64 (thumbhash).' })
  thumbhash!: string;

  @Field(() => DateTime, {
    description:
      "Time when the photo was taken, from the first available source: the camera's clock with its EXIF offset; the camera's clock in the viewer's time zone at upload; the GPS time; the time of the upload.",
  })
  takenAt!: Date;

  @Field(() => LocalDateTime, {
    description:
      "Time shown by the camera's clock. The timeline and TAKEN_AT order by this field, then by id, so that a day is the photographer's day.",
  })
  takenAtLocal!: Date;

  @Field(() => DateTime)
  uploadedAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Time when the photo was moved to the trash; null if it is not in the trash.',
  })
  trashedAt!: Date | null;

  @Field(() => Camera, { nullable: true })
  camera!: Camera | null;

  @Field(() => Location, { nullable: true })
  location!: Location | null;
}
