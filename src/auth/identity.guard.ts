import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { identityOf } from './current-user.ts';

const ANONYMOUS = Symbol('Anonymous');

/** Marks a controller or a handler that answers without knowing who asks, such as a health probe. */
export const Anonymous = () => SetMetadata(ANONYMOUS, true);

/** The second lock: no resolver or controller runs without an identity, even where the middleware was left out. */
@Injectable()
export class IdentityGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    if (!this.reflector.getAllAndOverride<boolean | undefined>(ANONYMOUS, targets)) identityOf(context);
    return true;
  }
}
