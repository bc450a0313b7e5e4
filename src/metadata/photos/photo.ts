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

  @Field(() => Float, { nullable: true, description: 'The f-number.' })
  aperture!: number | null;

  @Field(() => String, { nullable: true, description: 'Seconds, as a photographer writes them: 1/250.' })
  exposureTime!: string | null;

  @Field(() => Float, { nullable: true, description: 'Millimetres.' })
  focalLength!: number | null;
}

@ObjectType({
  description: 'Where a photo was taken: WGS 84 degrees, metres above sea level, and the nearest place.',
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

/** A person's record of an image: what clients see. Keys, owners and paths are the repository's own. */
@ObjectType({ implements: () => Node })
export class Photo implements Node {
  id!: string;

  @Field({
    description: 'The last component of the name that was sent, NFC, at most 255 bytes, its extension kept.',
  })
  filename!: string;

  @Field(() => String, { nullable: true })
  title!: string | null;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field()
  isFavorite!: boolean;

  @Field({ description: 'Never shown through a share, whatever album it is in.' })
  isPrivate!: boolean;

  @Field()
  contentType!: string;

  @Field(() => ByteSize)
  sizeBytes!: number;

  @Field(() => Int, { description: 'Pixels as displayed, after the EXIF orientation is applied.' })
  width!: number;

  @Field(() => Int, { description: 'Pixels as displayed, after the EXIF orientation is applied.' })
  height!: number;

  @Field({ description: "SHA-256 of the original's bytes, lower-case hex." })
  checksum!: string;

  @Field({ description: 'A placeholder of some 25 bytes, base64 (thumbhash).' })
  thumbhash!: string;

  @Field(() => DateTime, {
    description:
      "When it was taken: EXIF with its offset where there is one, else the camera's clock in the viewer's time zone at upload, else the GPS time, else the upload.",
  })
  takenAt!: Date;

  @Field(() => LocalDateTime, { description: "The camera's clock; the timeline orders by it, then by id." })
  takenAtLocal!: Date;

  @Field(() => DateTime)
  uploadedAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Set while the photo is in the trash.' })
  trashedAt!: Date | null;

  @Field(() => Camera, { nullable: true })
  camera!: Camera | null;

  @Field(() => Location, { nullable: true })
  location!: Location | null;
}
