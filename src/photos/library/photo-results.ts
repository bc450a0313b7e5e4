import { createUnionType, Field, ID, ObjectType } from '@nestjs/graphql';
import { InvalidInputError, NotFoundError } from '../../graphql/types/user-error.ts';
import { Photo } from '../../metadata/photos/photo.ts';

@ObjectType()
export class DeletedPhoto {
  @Field(() => ID)
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}

export const PhotoResult = createUnionType({
  name: 'PhotoResult',
  types: () => [Photo, NotFoundError, InvalidInputError] as const,
});

export const DeletePhotoResult = createUnionType({
  name: 'DeletePhotoResult',
  types: () => [DeletedPhoto, NotFoundError] as const,
});
