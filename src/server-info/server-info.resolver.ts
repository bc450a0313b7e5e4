import { Inject } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { CONFIG, type Config } from '../config/config.ts';
import { FORMATS } from '../images/formats/formats.ts';
import { ServerInfo, SignInMode } from './server-info.ts';
import { VERSION } from './version.ts';

const MODES = { dev: SignInMode.DEV, iap: SignInMode.IAP, proxy: SignInMode.PROXY } as const;

@Resolver(() => ServerInfo)
export class ServerInfoResolver {
  readonly #info: ServerInfo;

  constructor(@Inject(CONFIG) { signIn, maxFileBytes, maxImagePixels, trashDays }: Config) {
    const formats = Object.values(FORMATS).map(({ contentType, extensions }) => ({
      contentType,
      extensions: [...extensions],
    }));
    this.#info = {
      version: VERSION,
      signIn: { ...signIn, mode: MODES[signIn.mode] },
      uploads: { maxFileBytes, maxImagePixels, formats },
      trashDays,
    };
  }

  @Query(() => ServerInfo)
  serverInfo(): ServerInfo {
    return this.#info;
  }
}
