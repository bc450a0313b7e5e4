import { Field, ID, InterfaceType } from '@nestjs/graphql';

@InterfaceType({ description: 'Object that can be fetched by its ID.' })
export abstract class Node {
  @Field(() => ID)
  id!: string;
}
