import { Global, Module } from '@nestjs/common';
import { NodeRegistry } from '../types/node-registry.ts';
import { NodeResolver } from './node.resolver.ts';

/** Provides the `node` query, and the NodeRegistry to every feature. */
@Global()
@Module({ providers: [NodeRegistry, NodeResolver], exports: [NodeRegistry] })
export class NodesModule {}
