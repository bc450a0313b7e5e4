import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.ts';
import { Authenticator } from './authenticator.ts';
import { DevAuthenticator } from './dev-authenticator.ts';
import { ProxyAuthenticator } from './proxy-authenticator.ts';

/** Identifies the sender of each request. CONFIG must be global. */
@Module({
  providers: [
    {
      provide: Authenticator,
      inject: [CONFIG],
      useFactory: ({ auth }: Config) =>
        auth.mode === 'dev' ? new DevAuthenticator(auth) : new ProxyAuthenticator(auth),
    },
  ],
  exports: [Authenticator],
})
export class AuthModule {}
