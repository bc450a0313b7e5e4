import { createUnionType, Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { DateTime, ByteSize } from '../../graphql/types/scalars.ts';
import { NotFoundError, UserError, UserErrorCode } from '../../graphql/types/user-error.ts';
import { Photo } from '../../metadata/photos/photo.ts';

@InputType()
export class CreateUploadInput {
  @Field()
  filename!: string;

  @Field({ description: 'Hint, which may be empty. The content determines the type.' })
  contentType!: string;

  @Field(() => ByteSize)
  sizeBytes!: number;

  @Field({ description: 'SHA-256 in hexadecimal.' })
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
    'Destination and method for sending the bytes. The client must send exactly these headers. The URL is a secret until expiresAt.',
})
export class UploadTarget {
  @Field(() => ID)
  id!: string;

  @Field({ description: 'Path on this origin, or an absolute URL if the bytes go directly to a bucket.' })
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
  description: 'Error for bytes that are already in the library, including the trash.',
})
export class DuplicatePhotoError implements UserError {
  readonly code = UserErrorCode.DUPLICATE;
  readonly message = 'This photo is already in your library.';

  @Field(() => Photo)
  readonly photo: Photo;

  constructor(photo: Photo) {
    this.photo = photo;
  }
}

@ObjectType({
  implements: () => UserError,
  description: 'Error for a refused file; code gives the reason.',
})
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
