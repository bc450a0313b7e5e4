import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { CurrentUser } from '../../auth/current-user.ts';
import type { Identity } from '../../auth/identity.ts';
import { Node } from '../types/node.ts';
import { NodeRegistry } from '../types/node-registry.ts';

@Resolver()
export class NodeResolver {
  constructor(private readonly nodes: NodeRegistry) {}

  @Query(() => Node, { nullable: true })
  node(@CurrentUser() user: Identity, @Args('id', { type: () => ID }) id: string): Promise<Node | null> {
    return this.nodes.find(user.sub, id);
  }
}
