import { Global, Module } from '@nestjs/common';
import { NodeRegistry } from '../types/node-registry.ts';
import { NodeResolver } from './node.resolver.ts';

/** Provides the NodeRegistry to every feature, and the query `node`. */
@Global()
@Module({ providers: [NodeRegistry, NodeResolver], exports: [NodeRegistry] })
export class NodesModule {}
