import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { ByteSize } from '../graphql/types/scalars.ts';

export enum SignInMode {
  DEV = 'DEV',
  IAP = 'IAP',
  PROXY = 'PROXY',
}
registerEnumType(SignInMode, {
  name: 'SignInMode',
  description:
    "Method of identifying users: none (DEV, for local development), Google's Identity-Aware Proxy (IAP), or another identity proxy (PROXY).",
});

@ObjectType({ description: 'Sign-in method of this server. Each URL is absolute or a path on this origin.' })
export class SignIn {
  @Field(() => SignInMode)
  mode!: SignInMode;

  @Field(() => String, {
    nullable: true,
    description:
      'URL at which the user signs in again after the session has expired. Open it in a separate window. Null if the server has no sign-in.',
  })
  signInUrl!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'URL at which the user signs out. Null if signing out is not supported.',
  })
  signOutUrl!: string | null;
}

@ObjectType({
  description:
    'Image format that is accepted for uploads. The format of a file is determined from its content, not from its name.',
})
export class AcceptedFormat {
  @Field()
  contentType!: string;

  @Field(() => [String], {
    description: 'Filename extensions of this format, in lowercase and with the dot.',
  })
  extensions!: string[];
}

@ObjectType()
export class UploadLimits {
  @Field(() => ByteSize)
  maxFileBytes!: number;

  @Field(() => Int)
  maxImagePixels!: number;

  @Field(() => [AcceptedFormat])
  formats!: AcceptedFormat[];
}

@ObjectType({ description: 'Information about this server. It is the same for all users.' })
export class ServerInfo {
  @Field()
  version!: string;

  @Field(() => SignIn)
  signIn!: SignIn;

  @Field(() => UploadLimits)
  uploads!: UploadLimits;

  @Field(() => Int, { description: 'Number of days after which a photo in the trash is deleted.' })
  trashDays!: number;
}
