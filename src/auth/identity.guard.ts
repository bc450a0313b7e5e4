import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { identityOf } from './current-user.ts';

const ANONYMOUS = Symbol('Anonymous');

/** Marks a controller or a handler that does not require an identity, such as a health probe. */
export const Anonymous = () => SetMetadata(ANONYMOUS, true);

/** A second safeguard: no resolver or controller runs without an identity, even if the middleware was not mounted. */
@Injectable()
export class IdentityGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    if (!this.reflector.getAllAndOverride<boolean | undefined>(ANONYMOUS, targets)) identityOf(context);
    return true;
  }
}
