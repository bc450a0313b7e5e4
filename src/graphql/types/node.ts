import { Field, ID, InterfaceType } from '@nestjs/graphql';

@InterfaceType({ description: 'Anything that can be asked for again by its id.' })
export abstract class Node {
  @Field(() => ID)
  id!: string;
}
