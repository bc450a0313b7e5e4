import { createUnionType, Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { DateTime, ByteSize } from '../../graphql/types/scalars.ts';
import { NotFoundError, UserError, UserErrorCode } from '../../graphql/types/user-error.ts';
import { Photo } from '../../metadata/photos/photo.ts';

@InputType()
export class CreateUploadInput {
  @Field()
  filename!: string;

  @Field({ description: 'A hint, which may be empty; what counts is the content.' })
  contentType!: string;

  @Field(() => ByteSize)
  sizeBytes!: number;

  @Field({ description: 'SHA-256, hex.' })
  checksum!: string;
}

@ObjectType()
export class UploadHeader {
  @Field()
  name!: string;

  @Field()
  value!: string;
}

@ObjectType({
  description:
    'Where and how to send the bytes: send exactly these headers. The URL is a secret until expiresAt.',
})
export class UploadTarget {
  @Field(() => ID)
  id!: string;

  @Field({ description: 'Relative to this origin, or absolute where the bytes go straight to a bucket.' })
  url!: string;

  @Field()
  method!: string;

  @Field(() => [UploadHeader])
  headers!: UploadHeader[];

  @Field(() => DateTime)
  expiresAt!: Date;
}

@ObjectType({
  implements: () => UserError,
  description: 'These bytes are in the library already (in the trash too).',
})
export class DuplicatePhotoError implements UserError {
  readonly code = UserErrorCode.DUPLICATE;
  readonly message = 'This photo is in your library already.';

  @Field(() => Photo)
  readonly photo: Photo;

  constructor(photo: Photo) {
    this.photo = photo;
  }
}

@ObjectType({ implements: () => UserError, description: 'The file was refused: code says why.' })
export class UploadRefusedError implements UserError {
  @Field(() => String, { nullable: true })
  readonly filename: string | null;

  constructor(
    readonly code: UserErrorCode,
    readonly message: string,
    filename: string | null,
  ) {
    this.filename = filename;
  }
}

export const CreateUploadResult = createUnionType({
  name: 'CreateUploadResult',
  types: () => [UploadTarget, DuplicatePhotoError, UploadRefusedError] as const,
});

export const UploadPhotoResult = createUnionType({
  name: 'UploadPhotoResult',
  types: () => [Photo, DuplicatePhotoError, UploadRefusedError, NotFoundError] as const,
});
