import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Node } from '../graphql/types/node.ts';
import { ByteSize } from '../graphql/types/scalars.ts';

@ObjectType({
  description:
    'Storage usage. usedBytes counts originals, including those in the trash. quotaBytes is null if there is no quota.',
})
export class Storage {
  @Field(() => ByteSize, { nullable: true })
  quotaBytes!: number | null;

  @Field(() => ByteSize)
  usedBytes!: number;

  @Field(() => Int)
  photoCount!: number;

  @Field(() => Int)
  trashedCount!: number;
}

@ObjectType({ implements: () => Node, description: 'The signed-in user.' })
export class Viewer implements Node {
  id!: string;

  @Field()
  email!: string;

  @Field(() => String, { nullable: true })
  name!: string | null;

  @Field(() => String, { nullable: true })
  avatarUrl!: string | null;
}
